import type { Router } from 'express';
import express from 'express';
import { cancel, retry } from './change.ts';
import type { ContextOf, GatewayDeps } from './deps.ts';
import { explainJob, showTimeline } from './job-evidence.ts';
import { jobId } from './path-ids.ts';
import { showResult } from './show-result.ts';
import { showJob, showJobs } from './show.ts';

/** Jobs: look, stop, try again, fetch the result. */
export function jobRoutes(deps: GatewayDeps, context: ContextOf): Router {
  const routes = express.Router();

  routes.get('/jobs', async (request, response) => {
    response.json(await showJobs(deps, context(request), request.query));
  });
  routes.get('/jobs/:id', async (request, response) => {
    response.json(await showJob(deps, context(request), jobId(request)));
  });
  routes.post('/jobs/:id/cancel', async (request, response) => {
    response.status(202).json(await cancel(deps, context(request), jobId(request)));
  });
  routes.post('/jobs/:id/retry', async (request, response) => {
    response.status(202).json(await retry(deps, context(request), jobId(request)));
  });
  routes.get('/jobs/:id/result', async (request, response) => {
    response.json(await showResult(deps, context(request), jobId(request)));
  });
  routes.get('/jobs/:id/explain', async (request, response) => {
    const { caller, signal } = context(request);
    response.json(await explainJob(deps, caller.tenant, jobId(request), signal));
  });
  routes.get('/jobs/:id/timeline', async (request, response) => {
    const { caller, signal } = context(request);
    response.json(await showTimeline(deps, caller.tenant, jobId(request), false, signal));
  });
  return routes;
}
