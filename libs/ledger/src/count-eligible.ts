import { findContenders } from './contenders.ts';
import type { Ledger } from './ledger.ts';
import type { Pool } from './rows.ts';

/** No fleet is as large; behind this a scaler's number means the same. */
const MAX_PER_TENANT = 1_000;
const MAX_TENANTS = 1_000;

/**
 * How many jobs of a pool's backlog could run now if there were workers: for each tenant what waits, within what its
 * limit leaves. With what the executor has in hand, this is the number that a scaler needs.
 *
 * @throws what the store throws: a number that is too small would end workers that are needed
 */
export async function countEligible(ledger: Ledger, pool: Pool, signal?: AbortSignal): Promise<number> {
  const unread: unknown[] = [];
  const search = {
    pool,
    perTenant: MAX_PER_TENANT,
    mostTenants: MAX_TENANTS,
    onUnread: (_tenant: string, error: unknown) => void unread.push(error),
  };
  const { contenders } = await findContenders(ledger, search, signal);
  if (unread.length > 0) throw unread[0];
  return contenders.reduce(
    (count, { waiting, active, limit }) => count + Math.min(waiting.length, Math.max(0, limit - active)),
    0,
  );
}
