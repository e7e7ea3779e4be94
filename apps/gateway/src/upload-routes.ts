import type { Router } from 'express';
import express from 'express';
import { abortUpload, completeUpload } from './complete-upload.ts';
import { announceUpload } from './create-upload.ts';
import type { ContextOf, GatewayDeps } from './deps.ts';
import { uploadId } from './path-ids.ts';
import { showUpload, showUploads } from './show.ts';
import { listArrivedParts, signParts } from './upload-parts.ts';

/** What a client does to bring a file: announce it, have parts signed, complete or give up. */
export function uploadRoutes(deps: GatewayDeps, context: ContextOf): Router {
  const routes = express.Router();

  routes.post('/uploads', async (request, response) => {
    const { status, upload } = await announceUpload(
      deps,
      context(request),
      request.get('idempotency-key'),
      request.body,
    );
    response.status(status).location(`/v1/uploads/${upload.id}`).json(upload);
  });
  routes.get('/uploads', async (request, response) => {
    response.json(await showUploads(deps, context(request), request.query));
  });
  routes.get('/uploads/:id', async (request, response) => {
    response.json(await showUpload(deps, context(request), uploadId(request)));
  });
  routes.delete('/uploads/:id', async (request, response) => {
    await abortUpload(deps, context(request), uploadId(request));
    response.status(204).end();
  });
  routes.post('/uploads/:id/parts', async (request, response) => {
    response.json(await signParts(deps, context(request), uploadId(request), request.body));
  });
  routes.get('/uploads/:id/parts', async (request, response) => {
    response.json(await listArrivedParts(deps, context(request), uploadId(request)));
  });
  routes.post('/uploads/:id/complete', async (request, response) => {
    const { status, upload } = await completeUpload(deps, context(request), uploadId(request));
    response.status(status).json(upload);
  });
  return routes;
}
