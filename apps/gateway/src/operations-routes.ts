import type { Router } from 'express';
import express from 'express';
import type { ContextOf, GatewayDeps } from './deps.ts';
import { explainJob, showTimeline } from './job-evidence.ts';
import {
  cancelAsOperator,
  redrive,
  retryAsOperator,
  showOperationsJob,
  showOperationsJobs,
  showQuarantine,
} from './operations-jobs.ts';
import { noteOperator, operatorsOnly } from './operator.ts';
import { clientIdIn, namedJob, tenantId } from './path-ids.ts';
import { reconcile } from './reconcile.ts';
import { showOperationsAudit } from './show-audit.ts';
import { changeTenant, mapClient, onboardTenant, showTenant, showTenants, unmapClient } from './tenants.ts';

const TENANT = '/operations/tenants/:tenant';
const JOB = `${TENANT}/jobs/:id`;

/** How the service is run: jobs of all tenants, tenants, objects that nothing asks for. For operators alone. */
export function operationsRoutes(deps: GatewayDeps, context: ContextOf): Router {
  const routes = express.Router();
  routes.use('/operations', operatorsOnly(context));

  routes.get('/operations/jobs', async (request, response) => {
    response.json(await showOperationsJobs(deps, context(request), request.query));
  });
  routes.get('/operations/quarantine', async (request, response) => {
    response.json(await showQuarantine(deps, context(request), request.query));
  });
  routes.post('/operations/redrive', async (request, response) => {
    response.json(await redrive(deps, context(request), request.body));
  });
  routes.post('/operations/reconcile', async (request, response) => {
    response.json(await reconcile(deps, context(request), request.body ?? {}));
  });
  routes.get('/operations/audit', async (request, response) => {
    response.json(await showOperationsAudit(deps, context(request), request.query));
  });

  routes.get('/operations/tenants', async (request, response) => {
    response.json(await showTenants(deps, context(request), request.query));
  });
  routes.post('/operations/tenants', async (request, response) => {
    const { status, tenant } = await onboardTenant(deps, context(request), request.body);
    response.status(status).location(`/v1/operations/tenants/${tenant.id}`).json(tenant);
  });
  routes.get(TENANT, async (request, response) => {
    response.json(await showTenant(deps, context(request), tenantId(request)));
  });
  routes.patch(TENANT, async (request, response) => {
    response.json(await changeTenant(deps, context(request), tenantId(request), request.body));
  });
  routes.post(`${TENANT}/pause`, async (request, response) => {
    response.json(await changeTenant(deps, context(request), tenantId(request), { isPaused: true }));
  });
  routes.post(`${TENANT}/resume`, async (request, response) => {
    response.json(await changeTenant(deps, context(request), tenantId(request), { isPaused: false }));
  });
  routes.put(`${TENANT}/machine-clients/:clientId`, async (request, response) => {
    const [tenant, clientId] = [tenantId(request), clientIdIn(request)];
    response.json(await mapClient(deps, context(request), tenant, clientId, request.body));
  });
  routes.delete(`${TENANT}/machine-clients/:clientId`, async (request, response) => {
    const [tenant, clientId] = [tenantId(request), clientIdIn(request)];
    response.json(await unmapClient(deps, context(request), tenant, clientId));
  });

  routes.get(JOB, async (request, response) => {
    response.json(await showOperationsJob(deps, context(request), namedJob(request)));
  });
  routes.post(`${JOB}/retry`, async (request, response) => {
    response.status(202).json(await retryAsOperator(deps, context(request), namedJob(request)));
  });
  routes.post(`${JOB}/cancel`, async (request, response) => {
    response.status(202).json(await cancelAsOperator(deps, context(request), namedJob(request)));
  });
  routes.get(`${JOB}/explain`, async (request, response) => {
    const [asked, { tenant, jobId }] = [context(request), namedJob(request)];
    const explanation = await explainJob(deps, tenant, jobId, asked.signal);
    await noteOperator(deps, asked, 'operator.job.read', tenant, jobId);
    response.json(explanation);
  });
  routes.get(`${JOB}/timeline`, async (request, response) => {
    const [asked, { tenant, jobId }] = [context(request), namedJob(request)];
    const timeline = await showTimeline(deps, tenant, jobId, true, asked.signal);
    await noteOperator(deps, asked, 'operator.job.read', tenant, jobId);
    response.json(timeline);
  });
  return routes;
}
