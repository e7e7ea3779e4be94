import type { AccessAction, Ledger } from '@edf-pipeline/ledger';
import { writeAudit } from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';

/** Who looked at what, as an audit record has it. */
export interface Look {
  readonly tenant: string;
  readonly subject: string;
  readonly action: AccessAction | 'recording.read';
  readonly objectId: string;
  readonly from: string;
}

/** Notes looks in the audit; the same one again within a while is noted already. */
export interface LookNotes {
  note(look: Look, seconds: number, signal: AbortSignal): Promise<void>;
}

/** A page that is open looks at a recording again whenever it has changed. */
const LOOK_SECONDS = 60;
/** A client that polls for changes asks every second or two. */
const WATCH_SECONDS = 3_600;

/**
 * Remembers for each process what it has noted: one record stands for the same look by the same person from the same
 * address within so many seconds. Downloads and changes are never summed up like this. The oldest of more than
 * `maxRemembered` is forgotten, which costs a record and loses none.
 */
export function createLookNotes(ledger: Ledger, maxRemembered = 10_000): LookNotes {
  const noted = new Map<string, number>();
  return {
    async note(look, seconds, signal) {
      const name = JSON.stringify([look.tenant, look.subject, look.action, look.objectId, look.from]);
      const now = ledger.clock().getTime();
      if (now < (noted.get(name) ?? 0)) return;
      await writeAudit(ledger, look, signal);
      noted.delete(name);
      noted.set(name, now + seconds * 1000);
      const oldest = noted.keys().next();
      if (noted.size > maxRemembered && !oldest.done) noted.delete(oldest.value);
    },
  };
}

/** Notes a look before it is answered: one that cannot be noted does not happen. */
export async function noteLook(
  deps: GatewayDeps,
  { caller, from, signal }: RequestContext,
  action: Look['action'],
  objectId: string,
): Promise<void> {
  const look: Look = { tenant: caller.tenant, subject: caller.subject, action, objectId, from };
  const seconds = action === 'recording.watch' ? WATCH_SECONDS : LOOK_SECONDS;
  if (deps.looks) await deps.looks.note(look, seconds, signal);
  else await writeAudit(deps.ledger, look, signal);
}

/** What a page of a list showed: lists are in order of creation, so its ends tell all of it. */
export function shownRange(rows: readonly { readonly row: { readonly id: string } }[]): string {
  const [newest, oldest] = [rows[0]?.row.id, rows.at(-1)?.row.id];
  if (newest === undefined) return 'none';
  return newest === oldest ? newest : `${newest}..${oldest}`;
}
