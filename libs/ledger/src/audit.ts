import { OPERATIONS, auditKey, auditPartition } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, writerOf } from './ledger.ts';
import type { AuditRow, OperatorAction } from './audit-row.ts';

export const AUDIT_YEARS = 6;
/** So many days at most are looked at for a page. */
const MAX_DAYS = 31;

export interface AuditQuery {
  /** Records at or behind this instant. */
  readonly since: string;
  /** Records before this instant. */
  readonly until: string;
  readonly limit: number;
  /** `place` of the page before. */
  readonly after?: string;
}

/** A page of records. It may hold fewer than asked for, even none, while `place` says that there is more to look at. */
export interface FoundAudit {
  readonly records: readonly AuditRow[];
  readonly place: string | null;
}

/**
 * Who did what to a tenant's recordings, the newest first. Records lie in a partition for each day, which spreads
 * writes and needs no index (it would double what every access costs); reading walks the days back.
 */
export async function listAudit(
  ledger: Ledger,
  tenant: string,
  { since, until, limit, after: place }: AuditQuery,
  signal?: AbortSignal,
): Promise<FoundAudit> {
  const records: AuditRow[] = [];
  let before = place ?? until;
  for (let days = 0; days < MAX_DAYS; days++) {
    const day = before.slice(0, 10);
    if (day < since.slice(0, 10)) return { records, place: null };
    const partition = auditPartition(tenant, day);
    const query = { index: 'primary', partition, from: since, before, descending: true } as const;
    const items = await ledger.store.query({ ...query, limit: limit - records.length }, signal);
    records.push(...items.map(({ data }) => data as AuditRow));
    if (records.length === limit) return { records, place: items.at(-1)?.sk ?? null };
    before = endOfDayBefore(day);
  }
  return { records, place: before };
}

/** Behind every record of the day before: their keys go on with a T. */
const endOfDayBefore = (day: string) => `${after(`${day}T00:00:00.000Z`, -86_400).slice(0, 10)}U`;

/** What an operator did, and (unless it concerns many) to whose. */
export interface OperatorRecord {
  readonly subject: string;
  readonly action: OperatorAction;
  readonly objectId: string;
  readonly from: string;
  readonly tenant: string | null;
}

/**
 * Notes what an operator did, with the tenant it concerns (whose owner reads it) and with the operators, at once or
 * not at all; an access whose note cannot be written does not happen.
 */
export async function writeOperatorAudit(
  ledger: Ledger,
  { tenant, ...entry }: OperatorRecord,
  signal?: AbortSignal,
): Promise<void> {
  const writer = writerOf(ledger);
  const expiresAt = Math.floor(ledger.clock().getTime() / 1000) + AUDIT_YEARS * 366 * 86_400;
  const id = ledger.newId();
  const writes = [OPERATIONS, ...(tenant === null ? [] : [tenant])].map((place) => {
    const row: AuditRow = { kind: 'audit', ...entry, tenant: tenant ?? OPERATIONS, at: writer.at };
    return writer.create(auditKey(place, writer.at, id), row, { expiresAt });
  });
  await ledger.store.write(writes, signal);
}
