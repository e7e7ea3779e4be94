/** Routes of owners alone, about endpoints; `webhooks.test.ts` asks them as everybody. */
export const webhookRouteNames = [
  'POST /v1/webhooks',
  'GET /v1/webhooks',
  'GET /v1/webhooks/:id',
  'DELETE /v1/webhooks/:id',
  'POST /v1/webhooks/:id/rotate-secret',
  'POST /v1/webhooks/:id/enable',
  'GET /v1/webhooks/:id/deliveries',
  'POST /v1/webhooks/:id/test',
];
