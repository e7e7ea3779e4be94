/** What an operator is answered by each route of operators about a tenant whose job has succeeded. */
export const operatorsAnswers: Record<string, number> = {
  'GET /v1/operations/jobs': 200,
  'GET /v1/operations/quarantine': 200,
  'POST /v1/operations/redrive': 200,
  'POST /v1/operations/reconcile': 200,
  'GET /v1/operations/audit': 200,
  'GET /v1/operations/tenants': 200,
  'POST /v1/operations/tenants': 200,
  'GET /v1/operations/tenants/:tenant': 200,
  'PATCH /v1/operations/tenants/:tenant': 200,
  'POST /v1/operations/tenants/:tenant/pause': 200,
  'POST /v1/operations/tenants/:tenant/resume': 200,
  'PUT /v1/operations/tenants/:tenant/machine-clients/:clientId': 200,
  'DELETE /v1/operations/tenants/:tenant/machine-clients/:clientId': 200,
  'GET /v1/operations/tenants/:tenant/jobs/:id': 200,
  'POST /v1/operations/tenants/:tenant/jobs/:id/retry': 409,
  'POST /v1/operations/tenants/:tenant/jobs/:id/cancel': 409,
  'GET /v1/operations/tenants/:tenant/jobs/:id/explain': 200,
  'GET /v1/operations/tenants/:tenant/jobs/:id/timeline': 200,
};

export const operatorRoutes = Object.keys(operatorsAnswers);
