import { policyKey } from './keys.ts';
import type { Item } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, writerOf } from './ledger.ts';
import type { PolicyRow } from './rows.ts';

/** What holds for a tenant that nobody has set anything for. */
export const defaultPolicy: Omit<PolicyRow, 'kind' | 'tenant'> = {
  maxFileBytes: 64 * 1024 ** 3,
  maxRunningJobs: 50,
  weight: 1,
  refuseFindings: [],
  isPaused: false,
  maxStoredBytes: null,
  maxOpenUploads: 10_000,
  maxWaitingJobs: 100_000,
  maxUploadsPerDay: 100_000,
  budgetWarnAt: null,
  budgetRefuseAt: null,
};

export async function readPolicy(ledger: Ledger, tenant: string, signal?: AbortSignal): Promise<PolicyRow> {
  const item = await ledger.store.get(policyKey(tenant), signal);
  return policyIn(item, tenant);
}

/** What a row written by an earlier version does not say is as for everybody. */
export const policyIn = (item: Item | null | undefined, tenant: string): PolicyRow => ({
  kind: 'policy',
  tenant,
  ...defaultPolicy,
  ...(item?.data as Partial<PolicyRow> | undefined),
});

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
      const changed: PolicyRow = { ...policyIn(item, tenant), ...change };
      const write = item ? writer.change(item, changed) : writer.create(policyKey(tenant), changed);
      return { writes: [write], answer: changed };
    },
    signal,
  );
}
