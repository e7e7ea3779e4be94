import type { Router } from 'express';
import express from 'express';
import type { ContextOf, GatewayDeps } from './deps.ts';
import { jobId } from './path-ids.ts';
import { showLimits } from './show-limits.ts';
import { showReceipt, showUsage } from './show-usage.ts';

/** What an organisation may do, what it used, and what that costs. */
export function usageRoutes(deps: GatewayDeps, context: ContextOf): Router {
  const routes = express.Router();

  routes.get('/limits', async (request, response) => {
    response.json(await showLimits(deps, context(request)));
  });
  routes.get('/usage', async (request, response) => {
    response.json(await showUsage(deps, context(request), request.query));
  });
  routes.get('/jobs/:id/receipt', async (request, response) => {
    response.json(await showReceipt(deps, context(request), jobId(request)));
  });
  return routes;
}
