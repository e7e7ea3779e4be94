import type { Router } from 'express';
import express from 'express';
import { makeWebhook } from './create-webhook.ts';
import type { ContextOf, GatewayDeps } from './deps.ts';
import {
  removeWebhook,
  renewSecret,
  resumeWebhook,
  showDeliveries,
  showWebhook,
  showWebhooks,
  tryWebhook,
} from './manage-webhooks.ts';
import { webhookId } from './path-ids.ts';

/** Endpoints that are told of events: make, look, forget, and what was sent to them. */
export function webhookRoutes(deps: GatewayDeps, context: ContextOf): Router {
  const routes = express.Router();

  routes.post('/webhooks', async (request, response) => {
    const key = request.get('idempotency-key');
    const { status, webhook } = await makeWebhook(deps, context(request), key, request.body);
    response.status(status).location(`/v1/webhooks/${webhook.id}`).json(webhook);
  });
  routes.get('/webhooks', async (request, response) => {
    response.json(await showWebhooks(deps, context(request)));
  });
  routes.get('/webhooks/:id', async (request, response) => {
    response.json(await showWebhook(deps, context(request), webhookId(request)));
  });
  routes.delete('/webhooks/:id', async (request, response) => {
    await removeWebhook(deps, context(request), webhookId(request));
    response.status(204).end();
  });
  routes.post('/webhooks/:id/rotate-secret', async (request, response) => {
    response.json(await renewSecret(deps, context(request), webhookId(request)));
  });
  routes.post('/webhooks/:id/enable', async (request, response) => {
    response.json(await resumeWebhook(deps, context(request), webhookId(request)));
  });
  routes.get('/webhooks/:id/deliveries', async (request, response) => {
    response.json(await showDeliveries(deps, context(request), webhookId(request), request.query));
  });
  routes.post('/webhooks/:id/test', async (request, response) => {
    response.status(202).json(await tryWebhook(deps, context(request), webhookId(request)));
  });
  return routes;
}
