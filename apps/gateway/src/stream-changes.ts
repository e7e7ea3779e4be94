import { once } from 'node:events';
import type { Response } from 'express';
import { eventQuerySchema } from '@edf-pipeline/contracts';
import { cursorAt, readChanges, startOf } from './change-feed.ts';
import type { GatewayDeps, RequestContext } from './deps.ts';

const PING_SECONDS = 15;

/**
 * Server-sent events, read by `fetch` (EventSource cannot carry a bearer token). `id:` is the cursor to come back
 * with, as `after` or `Last-Event-ID`. The stream ends when the token does; the client comes back with a new one.
 */
export async function streamChanges(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  query: unknown,
  lastEventId: string | undefined,
  response: Response,
): Promise<void> {
  const { after } = eventQuerySchema.parse(query);
  const start = await startOf(deps, caller.tenant, after ?? lastEventId, signal);
  response.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(`retry: 3000\nid: ${cursorAt(deps, caller.tenant, start)}\n\n`);

  const lifetime = Math.max(0, caller.expiresAt.getTime() - deps.ledger.clock().getTime());
  const until = AbortSignal.any([signal, AbortSignal.timeout(Math.min(lifetime, 2 ** 31 - 1))]);
  let lastSign = deps.ledger.clock().getTime();
  try {
    for await (const each of readChanges(deps, caller.tenant, start, until)) {
      const now = deps.ledger.clock().getTime();
      if (each === 'idle') {
        if (now - lastSign < PING_SECONDS * 1000) continue;
        await send(response, ': still here\n\n', until);
      } else {
        await send(
          response,
          `id: ${each.cursor}\nevent: change\ndata: ${JSON.stringify(each.change)}\n\n`,
          until,
        );
      }
      lastSign = now;
    }
  } catch (error) {
    if (!until.aborted) throw error;
  }
  response.end();
}

/** A reader that does not read holds nothing in memory but what it has been sent. */
async function send(response: Response, text: string, signal: AbortSignal): Promise<void> {
  if (!response.write(text)) await once(response, 'drain', { signal });
}
