import type { AuditRecord, Page } from '@edf-pipeline/contracts';
import { auditQuerySchema } from '@edf-pipeline/contracts';
import { OPERATIONS, listAudit } from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteLook } from './note-look.ts';
import { assertRole, noteOperator } from './operator.ts';

const DEFAULT_DAYS = 30;

/** Who has had to do with the recordings of the caller's organisation; for its owners. */
export async function showAudit(
  deps: GatewayDeps,
  context: RequestContext,
  query: unknown,
): Promise<Page<AuditRecord>> {
  assertRole(context.caller, 'owner', 'Reading the audit');
  const page = await pageOfAudit(deps, context.caller.tenant, query, context.signal);
  await noteLook(deps, context, 'audit.read', 'audit');
  return page;
}

/** What operators have done. */
export async function showOperationsAudit(
  deps: GatewayDeps,
  context: RequestContext,
  query: unknown,
): Promise<Page<AuditRecord>> {
  const page = await pageOfAudit(deps, OPERATIONS, query, context.signal);
  await noteOperator(deps, context, 'operator.audit.read', null, 'audit');
  return page;
}

async function pageOfAudit(
  deps: GatewayDeps,
  tenant: string,
  query: unknown,
  signal: AbortSignal,
): Promise<Page<AuditRecord>> {
  const { limit, cursor, since, until } = auditQuerySchema.parse(query);
  const now = deps.ledger.clock().getTime();
  const range = {
    since: instant(since) ?? new Date(now - DEFAULT_DAYS * 86_400_000).toISOString(),
    until: instant(until) ?? new Date(now + 1).toISOString(),
  };
  // The next page is asked for with the same bounds, which the client may have left to us.
  const list = `audit/${since ?? ''}/${until ?? ''}`;
  const after = cursor === undefined ? undefined : deps.cursors.decode(tenant, list, cursor);
  const { records, place } = await listAudit(deps.ledger, tenant, { ...range, limit, after }, signal);
  return {
    data: records.map(({ at, subject, action, objectId, from, tenant: whose }) => ({
      at,
      subject,
      action,
      objectId,
      from,
      ...(tenant === OPERATIONS && whose !== OPERATIONS && { tenant: whose }),
    })),
    nextCursor: place === null ? null : deps.cursors.encode(tenant, list, place),
  };
}

/** As the ledger writes it: records are compared as text. */
const instant = (text: string | undefined) => (text === undefined ? null : new Date(text).toISOString());
