import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { auditPageSchema, auditQuerySchema } from './audit.ts';
import { jobIdSchema, tenantIdSchema } from './ids.ts';
import { jobExplanationSchema, jobTimelineSchema } from './job-evidence.ts';
import type { Operation } from './openapi-operation.ts';
import { operation } from './openapi-operation.ts';
import {
  operationsJobPageSchema,
  operationsJobQuerySchema,
  operationsJobSchema,
  reconcileSchema,
  reconciledSchema,
  redriveSchema,
  redrivenSchema,
} from './operations.ts';
import { pageOf, pageQuerySchema } from './page.ts';
import {
  clientIdSchema,
  createTenantSchema,
  mapClientSchema,
  policyChangeSchema,
  tenantSchema,
} from './tenant.ts';

const tenantPath = z.object({ tenant: tenantIdSchema });
const jobPath = z.object({ tenant: tenantIdSchema, jobId: jobIdSchema });
const clientPath = z.object({ tenant: tenantIdSchema, clientId: clientIdSchema });

/** For operators alone, which every summary says; whoever else asks is answered 403. */
const forOperators = (of: Operation) => operation({ ...of, summary: `${of.summary} (role operator)` });

const aJob = { description: 'The job', schema: operationsJobSchema };
const aTenant = { description: 'The tenant', schema: tenantSchema };

/** The routes by which the service is run. */
export const operationsPaths: ZodOpenApiPathsObject = {
  '/v1/operations/jobs': {
    get: forOperators({
      id: 'listOperationsJobs',
      summary: 'Jobs of all tenants by state and cause',
      query: operationsJobQuerySchema,
      answers: {
        200: {
          description:
            'A page; it may be short, even empty, while nextCursor says that there is more to look at',
          schema: operationsJobPageSchema,
        },
      },
    }),
  },
  '/v1/operations/quarantine': {
    get: forOperators({
      id: 'listQuarantine',
      summary: 'Jobs that failed for another reason than their file; their input is kept',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page', schema: operationsJobPageSchema } },
    }),
  },
  '/v1/operations/redrive': {
    post: forOperators({
      id: 'redrive',
      summary: 'Run all jobs again that failed for a cause',
      body: redriveSchema,
      answers: { 200: { description: 'What was, or would be, done', schema: redrivenSchema } },
    }),
  },
  '/v1/operations/reconcile': {
    post: forOperators({
      id: 'reconcile',
      summary:
        'What the sweep has to do, and objects that nothing asks for any more; deletes them when told to',
      body: reconcileSchema,
      answers: { 200: { description: 'A page', schema: reconciledSchema } },
    }),
  },
  '/v1/operations/audit': {
    get: forOperators({
      id: 'listOperationsAudit',
      summary: 'What operators have done, newest first',
      query: auditQuerySchema,
      answers: { 200: { description: 'A page', schema: auditPageSchema } },
    }),
  },
  '/v1/operations/tenants': {
    get: forOperators({
      id: 'listTenants',
      summary: 'Tenants by name',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page', schema: pageOf(tenantSchema, 'TenantPage') } },
    }),
    post: forOperators({
      id: 'createTenant',
      summary: 'Make a tenant known; asking again changes nothing',
      body: createTenantSchema,
      answers: {
        201: { description: 'Created', schema: tenantSchema },
        200: { description: 'Known already, and left as it is', schema: tenantSchema },
      },
    }),
  },
  '/v1/operations/tenants/{tenant}': {
    get: forOperators({
      id: 'getTenant',
      summary: 'One tenant',
      path: tenantPath,
      answers: { 200: aTenant },
    }),
    patch: forOperators({
      id: 'changeTenant',
      summary: 'Change what holds for a tenant',
      path: tenantPath,
      body: policyChangeSchema,
      answers: { 200: aTenant },
    }),
  },
  '/v1/operations/tenants/{tenant}/pause': {
    post: forOperators({
      id: 'pauseTenant',
      summary: 'Start nothing new of a tenant; its uploads are still accepted',
      path: tenantPath,
      answers: { 200: aTenant },
    }),
  },
  '/v1/operations/tenants/{tenant}/resume': {
    post: forOperators({
      id: 'resumeTenant',
      summary: 'End a pause',
      path: tenantPath,
      answers: { 200: aTenant },
    }),
  },
  '/v1/operations/tenants/{tenant}/machine-clients/{clientId}': {
    put: forOperators({
      id: 'mapMachineClient',
      summary: 'Let an app client act for a tenant',
      path: clientPath,
      body: mapClientSchema,
      answers: { 200: aTenant },
    }),
    delete: forOperators({
      id: 'unmapMachineClient',
      summary: 'Let an app client act for a tenant no longer',
      path: clientPath,
      answers: { 200: aTenant },
    }),
  },
  '/v1/operations/tenants/{tenant}/jobs/{jobId}': {
    get: forOperators({ id: 'getOperationsJob', summary: 'One job', path: jobPath, answers: { 200: aJob } }),
  },
  '/v1/operations/tenants/{tenant}/jobs/{jobId}/retry': {
    post: forOperators({
      id: 'retryOperationsJob',
      summary: 'Run a job again',
      path: jobPath,
      answers: { 202: aJob },
    }),
  },
  '/v1/operations/tenants/{tenant}/jobs/{jobId}/cancel': {
    post: forOperators({
      id: 'cancelOperationsJob',
      summary: 'Stop a job',
      path: jobPath,
      answers: { 202: aJob },
    }),
  },
  '/v1/operations/tenants/{tenant}/jobs/{jobId}/explain': {
    get: forOperators({
      id: 'explainOperationsJob',
      summary: 'Why a job waits',
      path: jobPath,
      answers: { 200: { description: 'The reason', schema: jobExplanationSchema } },
    }),
  },
  '/v1/operations/tenants/{tenant}/jobs/{jobId}/timeline': {
    get: forOperators({
      id: 'getOperationsTimeline',
      summary: 'What happened to a job, with the workers’ names',
      path: jobPath,
      answers: { 200: { description: 'The evidence', schema: jobTimelineSchema } },
    }),
  },
};
