import type { ErrorRequestHandler, Express } from 'express';
import express from 'express';
import type { Pool } from '@edf-pipeline/ledger';
import { countEligible } from '@edf-pipeline/ledger';
import type { Health } from '@edf-pipeline/service';
import type { DispatcherDeps } from './deps.ts';

export interface InternalAppDeps {
  readonly dispatcher: DispatcherDeps;
  readonly health: Health;
  /** Moves what the queue has put aside back into it; answers how many. */
  readonly redrive: (limit: number) => Promise<number>;
}

const MAX_REDRIVEN = 1_000;

/** What the dispatcher answers inside the cluster: probes, the scaler's number, and the dead letters' way back. */
export function createInternalApp({ dispatcher, health, redrive }: InternalAppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get(['/healthz', '/readyz'], (request, response) => {
    const { status, body } = health.answer(request.path === '/healthz' ? '/healthz' : '/readyz');
    response.status(status).json(body);
  });
  app.get('/internal/demand/:pool', async (request, response) => {
    response.json(await readDemand(dispatcher, request.params.pool as Pool));
  });
  app.post('/internal/dead-letters/redrive', async (_request, response) => {
    response.json({ moved: await redrive(MAX_REDRIVEN) });
  });
  app.use(answerUnavailable(dispatcher));
  return app;
}

/**
 * Workers that a pool has work for. A pool whose executor does not answer has no number: the scaler must keep what
 * it has then, never take nothing for none.
 */
async function readDemand(deps: DispatcherDeps, pool: Pool) {
  const queue = deps.queues[pool];
  if (!queue) throw new Error(`no executor serves the pool ${pool}`);
  const [{ inHand }, eligible] = await Promise.all([queue.demand(), countEligible(deps.ledger, pool)]);
  return { demand: inHand + eligible, inHand, eligible };
}

function answerUnavailable({ logger }: DispatcherDeps): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    logger.error('An internal request failed', { path: request.path, error });
    response.status(503).json({ status: 'unavailable' });
  };
}
