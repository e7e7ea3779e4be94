import type { Router } from 'express';
import express from 'express';
import { deleteRecording } from './change.ts';
import type { ContextOf, GatewayDeps } from './deps.ts';
import { recordingId } from './path-ids.ts';
import { downloadRecording } from './show-result.ts';
import { showRecording, showRecordings } from './show.ts';

/** Recordings: look, fetch, delete. */
export function recordingRoutes(deps: GatewayDeps, context: ContextOf): Router {
  const routes = express.Router();

  routes.get('/recordings', async (request, response) => {
    response.json(await showRecordings(deps, context(request), request.query));
  });
  routes.get('/recordings/:id', async (request, response) => {
    response.json(await showRecording(deps, context(request), recordingId(request)));
  });
  routes.delete('/recordings/:id', async (request, response) => {
    response.status(202).json(await deleteRecording(deps, context(request), recordingId(request)));
  });
  routes.post('/recordings/:id/download', async (request, response) => {
    response.json(await downloadRecording(deps, context(request), recordingId(request)));
  });
  return routes;
}
