import type {
  AuditRecord,
  CreateTenant,
  JobExplanation,
  JobStatus,
  JobTimeline,
  OperationsJob,
  Page,
  PolicyChange,
  Reconcile,
  Reconciled,
  Redrive,
  Redriven,
  Tenant,
} from '@edf-pipeline/contracts';
import type { PageQuery } from './api-client.ts';
import type { ApiTransport, CallOptions } from './api-transport.ts';

/** What operators of the service do, of all tenants; everybody else's token is refused. */
export interface OperationsClient {
  listJobs(
    query?: PageQuery & { status?: JobStatus; cause?: string; tenant?: string },
    options?: CallOptions,
  ): Promise<Page<OperationsJob>>;
  listQuarantine(query?: PageQuery, options?: CallOptions): Promise<Page<OperationsJob>>;
  getJob(tenant: string, jobId: string, options?: CallOptions): Promise<OperationsJob>;
  retryJob(tenant: string, jobId: string, options?: CallOptions): Promise<OperationsJob>;
  cancelJob(tenant: string, jobId: string, options?: CallOptions): Promise<OperationsJob>;
  explainJob(tenant: string, jobId: string, options?: CallOptions): Promise<JobExplanation>;
  getTimeline(tenant: string, jobId: string, options?: CallOptions): Promise<JobTimeline>;
  redrive(body: Redrive, options?: CallOptions): Promise<Redriven>;
  reconcile(body: Reconcile, options?: CallOptions): Promise<Reconciled>;
  listAudit(
    query?: PageQuery & { since?: string; until?: string },
    options?: CallOptions,
  ): Promise<Page<AuditRecord>>;
  listTenants(query?: PageQuery, options?: CallOptions): Promise<Page<Tenant>>;
  createTenant(body: CreateTenant, options?: CallOptions): Promise<Tenant>;
  getTenant(tenant: string, options?: CallOptions): Promise<Tenant>;
  changeTenant(tenant: string, change: PolicyChange, options?: CallOptions): Promise<Tenant>;
  pauseTenant(tenant: string, options?: CallOptions): Promise<Tenant>;
  resumeTenant(tenant: string, options?: CallOptions): Promise<Tenant>;
  mapMachineClient(
    tenant: string,
    clientId: string,
    roles: ('owner' | 'member')[],
    options?: CallOptions,
  ): Promise<Tenant>;
  unmapMachineClient(tenant: string, clientId: string, options?: CallOptions): Promise<Tenant>;
}

const ROOT = '/v1/operations';

export function createOperationsClient(call: ApiTransport['call']): OperationsClient {
  const tenantPath = (tenant: string, rest = '') => `${ROOT}/tenants/${encodeURIComponent(tenant)}${rest}`;
  const jobPath = (tenant: string, jobId: string, rest = '') =>
    tenantPath(tenant, `/jobs/${encodeURIComponent(jobId)}${rest}`);
  const clientPath = (tenant: string, clientId: string) =>
    tenantPath(tenant, `/machine-clients/${encodeURIComponent(clientId)}`);
  return {
    listJobs: (query = {}, options) => call('GET', `${ROOT}/jobs`, { ...options, query }),
    listQuarantine: (query = {}, options) => call('GET', `${ROOT}/quarantine`, { ...options, query }),
    getJob: (tenant, id, options) => call('GET', jobPath(tenant, id), options),
    retryJob: (tenant, id, options) => call('POST', jobPath(tenant, id, '/retry'), options),
    cancelJob: (tenant, id, options) => call('POST', jobPath(tenant, id, '/cancel'), options),
    explainJob: (tenant, id, options) => call('GET', jobPath(tenant, id, '/explain'), options),
    getTimeline: (tenant, id, options) => call('GET', jobPath(tenant, id, '/timeline'), options),
    redrive: (body, options) => call('POST', `${ROOT}/redrive`, { ...options, body }),
    reconcile: (body, options) => call('POST', `${ROOT}/reconcile`, { ...options, body }),
    listAudit: (query = {}, options) => call('GET', `${ROOT}/audit`, { ...options, query }),
    listTenants: (query = {}, options) => call('GET', `${ROOT}/tenants`, { ...options, query }),
    createTenant: (body, options) => call('POST', `${ROOT}/tenants`, { ...options, body }),
    getTenant: (tenant, options) => call('GET', tenantPath(tenant), options),
    changeTenant: (tenant, body, options) => call('PATCH', tenantPath(tenant), { ...options, body }),
    pauseTenant: (tenant, options) => call('POST', tenantPath(tenant, '/pause'), options),
    resumeTenant: (tenant, options) => call('POST', tenantPath(tenant, '/resume'), options),
    mapMachineClient: (tenant, clientId, roles, options) =>
      call('PUT', clientPath(tenant, clientId), { ...options, body: { roles } }),
    unmapMachineClient: (tenant, clientId, options) => call('DELETE', clientPath(tenant, clientId), options),
  };
}
