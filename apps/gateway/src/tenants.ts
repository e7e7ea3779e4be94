import type { Page, Policy, Tenant } from '@edf-pipeline/contracts';
import {
  createTenantSchema,
  mapClientSchema,
  pageQuerySchema,
  policyChangeSchema,
  policySchema,
} from '@edf-pipeline/contracts';
import { findingCatalogue } from '@edf-pipeline/edf';
import type { TenantRow } from '@edf-pipeline/ledger';
import {
  MAX_MACHINE_CLIENTS,
  OPERATIONS,
  createTenant,
  listTenants,
  mapMachineClient,
  readPolicy,
  readTenant,
  unmapMachineClient,
  writePolicy,
} from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteOperator } from './operator.ts';
import { HttpProblem } from './problem.ts';

/** Makes a tenant known; one that is known is answered as it is. */
export async function onboardTenant(
  deps: GatewayDeps,
  context: RequestContext,
  body: unknown,
): Promise<{ status: 200 | 201; tenant: Tenant }> {
  const { id, policy, machineClient } = createTenantSchema.parse(body);
  assertFindings(policy?.refuseFindings ?? []);
  await noteOperator(deps, context, 'operator.tenant.create', id, id);
  const input = { tenant: id, policy, machineClient: machineClient ?? null };
  const created = await createTenant(deps.ledger, input, context.signal);
  if (created.outcome === 'client-taken') throw clientTaken();
  const tenant = await render(deps, created.tenant, context.signal);
  return { status: created.outcome === 'created' ? 201 : 200, tenant };
}

export async function showTenants(
  deps: GatewayDeps,
  context: RequestContext,
  query: unknown,
): Promise<Page<Tenant>> {
  const { limit, cursor } = pageQuerySchema.parse(query);
  const after = cursor === undefined ? undefined : deps.cursors.decode(OPERATIONS, 'tenants', cursor);
  await noteOperator(deps, context, 'operator.tenant.list', null, 'tenants');
  const { tenants, hasMore } = await listTenants(deps.ledger, { limit, after }, context.signal);
  const last = tenants.at(-1)?.tenant;
  return {
    data: await Promise.all(tenants.map((row) => render(deps, row, context.signal))),
    nextCursor: hasMore && last !== undefined ? deps.cursors.encode(OPERATIONS, 'tenants', last) : null,
  };
}

export async function showTenant(deps: GatewayDeps, context: RequestContext, id: string): Promise<Tenant> {
  const row = await existing(deps, id, context.signal);
  await noteOperator(deps, context, 'operator.tenant.read', id, id);
  return render(deps, row, context.signal);
}

/** Changes what is named of a tenant's policy. */
export async function changeTenant(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
  body: unknown,
): Promise<Tenant> {
  const change = policyChangeSchema.parse(body);
  assertFindings(change.refuseFindings ?? []);
  const row = await existing(deps, id, context.signal);
  await noteOperator(deps, context, 'operator.tenant.change', id, changeWords(change));
  await writePolicy(deps.ledger, id, change, context.signal);
  return render(deps, row, context.signal);
}

/** A name that no finding has would refuse nothing, and nobody would notice. */
function assertFindings(names: readonly string[]): void {
  const errors = names.flatMap((name, at) =>
    findingCatalogue.some((kind) => kind.name === name)
      ? []
      : [{ pointer: `#/refuseFindings/${at}`, detail: 'is not the name of a finding' }],
  );
  if (errors.length === 0) return;
  throw new HttpProblem(
    'validation-failed',
    'refuseFindings: not the name of a finding; docs/findings and `edf check --json` have them.',
    { errors },
  );
}

/** Lets an app client act for a tenant. */
export async function mapClient(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
  clientId: string,
  body: unknown,
): Promise<Tenant> {
  const { roles } = mapClientSchema.parse(body ?? {});
  await existing(deps, id, context.signal);
  await noteOperator(deps, context, 'operator.tenant.change', id, `machine client ${clientId}`);
  const mapped = await mapMachineClient(deps.ledger, id, clientId, roles, context.signal);
  if (mapped === 'client-taken') throw clientTaken();
  if (mapped === 'too-many') {
    throw new HttpProblem('state-conflict', `A tenant has ${MAX_MACHINE_CLIENTS} machine clients at most.`);
  }
  return render(deps, await existing(deps, id, context.signal), context.signal);
}

export async function unmapClient(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
  clientId: string,
): Promise<Tenant> {
  await existing(deps, id, context.signal);
  await noteOperator(deps, context, 'operator.tenant.change', id, `no machine client ${clientId}`);
  await unmapMachineClient(deps.ledger, id, clientId, context.signal);
  return render(deps, await existing(deps, id, context.signal), context.signal);
}

async function existing(deps: GatewayDeps, id: string, signal: AbortSignal): Promise<TenantRow> {
  const row = await readTenant(deps.ledger, id, signal);
  if (row) return row;
  throw new HttpProblem('not-found', 'There is no such tenant; edf tenants create makes one.');
}

const clientTaken = () =>
  new HttpProblem(
    'state-conflict',
    'This app client acts for another tenant; take it away from that one first.',
  );

async function render(deps: GatewayDeps, row: TenantRow, signal: AbortSignal): Promise<Tenant> {
  const policy: Policy = policySchema.parse(await readPolicy(deps.ledger, row.tenant, signal));
  return { id: row.tenant, createdAt: row.createdAt, policy, machineClients: [...row.machineClients] };
}

/** What was changed to what, for the audit. */
const changeWords = (change: object) =>
  Object.entries(change)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ')
    .slice(0, 500) || 'nothing';
