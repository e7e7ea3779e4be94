import type { Router } from 'express';
import express from 'express';
import { pollChanges } from './change-feed.ts';
import type { ContextOf, GatewayDeps } from './deps.ts';
import { noteLook } from './note-look.ts';
import { showAudit } from './show-audit.ts';
import { streamChanges } from './stream-changes.ts';

/** What an organisation learns of itself: what has changed, and who has seen it. */
export function accountRoutes(deps: GatewayDeps, context: ContextOf): Router {
  const routes = express.Router();

  routes.get('/events', async (request, response) => {
    const asked = context(request);
    await noteLook(deps, asked, 'recording.watch', 'events');
    const isStream = request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';
    if (isStream) await streamChanges(deps, asked, request.query, request.get('last-event-id'), response);
    else response.json(await pollChanges(deps, asked, request.query));
  });
  routes.get('/audit', async (request, response) => {
    response.json(await showAudit(deps, context(request), request.query));
  });
  return routes;
}
