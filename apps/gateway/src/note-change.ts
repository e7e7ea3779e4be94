import type { AuditRow } from '@edf-pipeline/ledger';
import { writeAudit } from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';

/**
 * Notes what a person is about to change, once it is known to be there. Before, because a gateway may end at any
 * moment, and not told to stop when the client hangs up: what cannot be noted does not happen, and what has happened
 * is noted. A change that comes to nothing afterwards stands in the audit as what was asked for.
 */
export async function noteChange(
  { ledger }: GatewayDeps,
  { caller, from }: RequestContext,
  action: AuditRow['action'],
  objectId: string,
): Promise<void> {
  const { tenant, subject } = caller;
  await writeAudit(ledger, { tenant, subject, action, objectId, from });
}
