import { policyKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, writerOf } from './ledger.ts';
import type { PolicyRow } from './rows.ts';

/** What holds for a tenant that nobody has set anything for. */
export const defaultPolicy: Omit<PolicyRow, 'kind' | 'tenant'> = {
  maxFileBytes: 64 * 1024 ** 3,
  maxRunningJobs: 50,
  weight: 1,
  refuseFindings: [],
};

export async function readPolicy(ledger: Ledger, tenant: string, signal?: AbortSignal): Promise<PolicyRow> {
  const item = await ledger.store.get(policyKey(tenant), signal);
  return item ? (item.data as PolicyRow) : { kind: 'policy', tenant, ...defaultPolicy };
}

/** Sets what is given and leaves the rest. */
export function writePolicy(
  ledger: Ledger,
  tenant: string,
  change: Partial<Omit<PolicyRow, 'kind' | 'tenant'>>,
  signal?: AbortSignal,
): Promise<PolicyRow> {
  return decideAndWrite(
    ledger,
    [policyKey(tenant)],
    ([item]) => {
      const writer = writerOf(ledger);
      const current = item ? (item.data as PolicyRow) : { kind: 'policy' as const, tenant, ...defaultPolicy };
      const changed: PolicyRow = { ...current, ...change };
      const write = item ? writer.change(item, changed) : writer.create(policyKey(tenant), changed);
      return { writes: [write], answer: changed };
    },
    signal,
  );
}
