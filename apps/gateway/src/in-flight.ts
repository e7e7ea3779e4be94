import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Problem } from '@edf-pipeline/contracts';
import { problemKinds } from '@edf-pipeline/contracts';
import { defaultTurnWatch, watchTurns } from './turn-watch.ts';

export interface InFlightLimits {
  /** Requests that are being worked on. More of them would only wait for each other. */
  readonly maxWorking: number;
  /** Requests that wait for something to happen (the event feed); they cost memory alone. */
  readonly maxWaiting: number;
}

/** What one core answers within some tens of milliseconds; see apps/gateway/bench. */
export const defaultInFlight: InFlightLimits = { maxWorking: 128, maxWaiting: 10_000 };

const RETRY_AFTER_SECONDS = 1;
/** More body than this is not read to its end for the sake of the connection. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/**
 * Refuses what is too much before anything is done for it: a refusal costs a fraction of an answer, so that overload
 * takes little from those who are served.
 */
export function boundInFlight({ maxWorking, maxWaiting }: InFlightLimits): RequestHandler {
  const places = { working: 0, waiting: 0 };
  const turns = watchTurns(defaultTurnWatch);
  return (request, response, next) => {
    const kind = request.path === '/events' ? 'waiting' : 'working';
    if (!turns.letIn() || places[kind] >= (kind === 'waiting' ? maxWaiting : maxWorking)) {
      const isLong =
        Number(request.headers['content-length'] ?? MAX_DISCARDED_BYTES + 1) > MAX_DISCARDED_BYTES;
      const hasBody = request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH';
      const body = JSON.stringify(overloaded(request.baseUrl + request.path));
      // Written by hand: this is the path that must be cheap.
      response.writeHead(problemKinds['service-unavailable'].status, {
        'content-type': 'application/problem+json',
        'content-length': Buffer.byteLength(body),
        'retry-after': String(RETRY_AFTER_SECONDS),
        'cache-control': 'no-store',
        ...(hasBody && isLong && { connection: 'close' }),
      });
      response.end(body);
      return;
    }
    places[kind] += 1;
    response.once('close', () => {
      places[kind] -= 1;
    });
    next();
  };
}

function overloaded(instance: string): Problem {
  const { status, title, retryable } = problemKinds['service-unavailable'];
  return {
    type: 'urn:edf-pipeline:problem:service-unavailable',
    title,
    status,
    detail: 'The service has as much to do as it can; try again in a moment.',
    instance,
    code: 'service-unavailable',
    requestId: randomUUID(),
    retryable,
  };
}
