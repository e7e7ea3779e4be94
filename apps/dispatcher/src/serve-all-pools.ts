import { moveBacklog, pools } from '@edf-pipeline/ledger';
import type { Pool } from '@edf-pipeline/ledger';
import type { DispatcherDeps } from './deps.ts';

/** Every deployment has its workers; what no other executor serves is theirs. */
const FALLBACK: Pool = 'small';

/**
 * Jobs are given a pool when they are accepted, and keep it when they are tried again, by settings that may have changed
 * since (Lambda was turned off) or differ between processes: what nobody here serves would wait until it expires.
 */
export async function serveAllPools(deps: DispatcherDeps, signal?: AbortSignal): Promise<void> {
  for (const pool of pools) {
    if (deps.queues[pool]) continue;
    const count = await moveBacklog(deps.ledger, pool, FALLBACK, signal);
    if (count > 0)
      deps.logger.warn('Jobs waited for a pool that has no executor here; the small pool takes them', {
        pool,
        count,
      });
  }
}
