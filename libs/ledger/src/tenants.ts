import { TENANTS_PARTITION, machineClientKey, policyKey, tenantKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, writerOf } from './ledger.ts';
import { policyIn } from './policy.ts';
import type { MachineClientRow, PolicyRow, TenantRow } from './rows.ts';

/** So many app clients at most act for a tenant by themselves. */
export const MAX_MACHINE_CLIENTS = 20;

export interface NewTenant {
  readonly tenant: string;
  readonly policy: Partial<Omit<PolicyRow, 'kind' | 'tenant'>>;
  readonly machineClient: { readonly clientId: string; readonly roles: readonly string[] } | null;
}

export type CreatedTenant =
  | { readonly outcome: 'created' | 'exists'; readonly tenant: TenantRow }
  | { readonly outcome: 'client-taken' };

/**
 * Makes a tenant known, with its policy and, if one is named, the app client that acts for it: all at once. One that is
 * known already stays as it is.
 */
export function createTenant(ledger: Ledger, input: NewTenant, signal?: AbortSignal): Promise<CreatedTenant> {
  const { tenant, policy, machineClient } = input;
  return decideAndWrite<CreatedTenant>(
    ledger,
    [
      tenantKey(tenant),
      policyKey(tenant),
      ...(machineClient ? [machineClientKey(machineClient.clientId)] : []),
    ],
    ([known, policyItem, client]) => {
      if (known) return { writes: [], answer: { outcome: 'exists', tenant: known.data as TenantRow } };
      if (client) return { writes: [], answer: { outcome: 'client-taken' } };
      const writer = writerOf(ledger);
      const machineClients = machineClient ? [machineClient.clientId] : [];
      const row: TenantRow = { kind: 'tenant', tenant, createdAt: writer.at, machineClients };
      const wanted: PolicyRow = { ...policyIn(policyItem, tenant), ...policy };
      const writes = [
        writer.create(tenantKey(tenant), row),
        policyItem ? writer.change(policyItem, wanted) : writer.create(policyKey(tenant), wanted),
      ];
      if (machineClient) {
        const mapping: MachineClientRow = {
          kind: 'machine-client',
          ...machineClient,
          tenant,
          createdAt: writer.at,
        };
        writes.push(writer.create(machineClientKey(machineClient.clientId), mapping));
      }
      return { writes, answer: { outcome: 'created', tenant: row } };
    },
    signal,
  );
}

export async function readTenant(
  ledger: Ledger,
  tenant: string,
  signal?: AbortSignal,
): Promise<TenantRow | null> {
  const item = await ledger.store.get(tenantKey(tenant), signal);
  return item ? (item.data as TenantRow) : null;
}

/** Tenants by name, those behind `after`. */
export async function listTenants(
  ledger: Ledger,
  { limit, after }: { readonly limit: number; readonly after?: string },
  signal?: AbortSignal,
): Promise<{ readonly tenants: readonly TenantRow[]; readonly hasMore: boolean }> {
  const from = after === undefined ? undefined : `${after}\u0000`;
  const query = { index: 'primary', partition: TENANTS_PARTITION, from, limit: limit + 1 } as const;
  const items = await ledger.store.query(query, signal);
  return {
    tenants: items.slice(0, limit).map(({ data }) => data as TenantRow),
    hasMore: items.length > limit,
  };
}

export async function readMachineClient(
  ledger: Ledger,
  clientId: string,
  signal?: AbortSignal,
): Promise<MachineClientRow | null> {
  const item = await ledger.store.get(machineClientKey(clientId), signal);
  return item ? (item.data as MachineClientRow) : null;
}

export type MappedClient = 'mapped' | 'tenant-missing' | 'client-taken' | 'too-many';

/** Lets an app client act for a tenant, with these roles; a second time replaces the roles. */
export function mapMachineClient(
  ledger: Ledger,
  tenant: string,
  clientId: string,
  roles: readonly string[],
  signal?: AbortSignal,
): Promise<MappedClient> {
  return decideAndWrite<MappedClient>(
    ledger,
    [tenantKey(tenant), machineClientKey(clientId)],
    ([known, client]) => {
      if (!known) return { writes: [], answer: 'tenant-missing' };
      const before = client ? (client.data as MachineClientRow) : null;
      if (before && before.tenant !== tenant) return { writes: [], answer: 'client-taken' };
      const row = known.data as TenantRow;
      if (!before && row.machineClients.length >= MAX_MACHINE_CLIENTS)
        return { writes: [], answer: 'too-many' };
      const writer = writerOf(ledger);
      const createdAt = before?.createdAt ?? writer.at;
      const mapping: MachineClientRow = { kind: 'machine-client', clientId, tenant, roles, createdAt };
      if (client) return { writes: [writer.change(client, mapping)], answer: 'mapped' };
      const machineClients = [...row.machineClients, clientId];
      return {
        writes: [
          writer.change(known, { ...row, machineClients }),
          writer.create(machineClientKey(clientId), mapping),
        ],
        answer: 'mapped',
      };
    },
    signal,
  );
}

/** The app client acts for nobody any more; false when it did not act for this tenant. */
export function unmapMachineClient(
  ledger: Ledger,
  tenant: string,
  clientId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    [tenantKey(tenant), machineClientKey(clientId)],
    ([known, client]) => {
      if (!known || !client || (client.data as MachineClientRow).tenant !== tenant)
        return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const row = known.data as TenantRow;
      const machineClients = row.machineClients.filter((each) => each !== clientId);
      return {
        writes: [
          writer.change(known, { ...row, machineClients }),
          { kind: 'delete', key: machineClientKey(clientId), expect: client.version },
        ],
        answer: true,
      };
    },
    signal,
  );
}
