import type { JobStatus } from '@edf-pipeline/contracts';
import type { FailureCause } from './indexes.ts';
import { duePartition, failedPartition } from './indexes.ts';
import { DUE_SHARDS } from './keys.ts';
import type { Item, Query } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import { jobOf } from './ledger.ts';
import type { Versioned } from './read.ts';
import type { JobRow, Row } from './rows.ts';

/** Every cause, those that an operator has to look at first. */
export const failureCauses = [
  'crash',
  'resource',
  'infrastructure',
  'transient',
  'timeout',
  'invalid_input',
  'expired',
] as const satisfies readonly FailureCause[];

/** Failed for another reason than the file: its input is kept until an operator has looked. */
export const quarantineCauses: readonly FailureCause[] = failureCauses.filter(
  (cause) => cause !== 'invalid_input' && cause !== 'expired',
);

export interface AcrossQuery {
  readonly limit: number;
  /** `place` of the page before. */
  readonly after?: string;
}

/** A page of jobs. It may hold fewer than asked for, even none, while `place` says that there is more to look at. */
export interface FoundAcross {
  readonly rows: readonly Versioned<JobRow>[];
  readonly place: string | null;
}

/**
 * Failed and expired jobs of all tenants by cause; within a cause by code, the newest first.
 *
 * These have sparse entries of their own (`FAILED#<cause>` in the backlog index), one write for each failure. Asking
 * tenant by tenant instead would cost a query for each tenant that has none.
 */
export function listFailed(
  ledger: Ledger,
  causes: readonly FailureCause[],
  code: string | undefined,
  query: AcrossQuery,
  signal?: AbortSignal,
): Promise<FoundAcross> {
  const ofCode = code === undefined ? {} : { from: `${code}#`, before: `${code}$` };
  const legs = causes.map((cause): Leg => ({
    index: 'backlog',
    partition: failedPartition(cause),
    descending: true,
    ...ofCode,
  }));
  return walk(ledger, legs, () => true, query, signal);
}

/**
 * Jobs of all tenants that have not ended, in no particular order.
 *
 * Every one of them has `due`, or it could be forgotten: the sixteen shards of that index hold them all, at no further
 * cost. What else is due (open uploads, deletions) is passed over. Jobs that succeeded or were canceled stand in no
 * index across tenants: there are as many as there were recordings, and nobody has to act on them.
 */
export function listLive(
  ledger: Ledger,
  statuses: readonly JobStatus[],
  query: AcrossQuery,
  signal?: AbortSignal,
): Promise<FoundAcross> {
  const legs = Array.from({ length: DUE_SHARDS }, (_, shard): Leg => ({
    index: 'due',
    partition: duePartition(shard),
    descending: false,
  }));
  const isWanted = (row: Row) => row.kind === 'job' && statuses.includes(row.status);
  return walk(ledger, legs, isWanted, query, signal);
}

type Leg = Pick<Query, 'partition' | 'from' | 'before'> & {
  readonly index: 'backlog' | 'due';
  readonly descending: boolean;
};

const ROWS_PER_QUERY = 100;
/** So many rows at most are looked at for a page, whatever is asked for. */
const MAX_LOOKED_AT = 1_000;

/** Partition after partition; a place is the number of a leg and the sort key of the last row that was looked at. */
async function walk(
  ledger: Ledger,
  legs: readonly Leg[],
  isWanted: (row: Row) => boolean,
  { limit, after }: AcrossQuery,
  signal?: AbortSignal,
): Promise<FoundAcross> {
  const rows: Versioned<JobRow>[] = [];
  let { leg, sort } = placeFrom(after);
  for (let looked = 0; leg < legs.length; leg++, sort = undefined) {
    const of = legs[leg] as Leg;
    for (;;) {
      const items = await ledger.store.query(queryBehind(of, sort), signal);
      for (const item of items) {
        sort = item.indexes[of.index]?.sort ?? sort;
        looked += 1;
        if (isWanted(item.data as Row)) rows.push(versioned(item));
        if (rows.length === limit || looked === MAX_LOOKED_AT) return { rows, place: `${leg}|${sort}` };
      }
      if (items.length < ROWS_PER_QUERY) break;
    }
  }
  return { rows, place: null };
}

const versioned = (item: Item): Versioned<JobRow> => ({ row: jobOf(item), version: item.version });

function queryBehind({ descending, ...leg }: Leg, sort: string | undefined): Query {
  const behind = sort === undefined ? {} : descending ? { before: sort } : { from: `${sort}\u0000` };
  return { ...leg, ...behind, descending, limit: ROWS_PER_QUERY };
}

function placeFrom(after: string | undefined): { leg: number; sort: string | undefined } {
  const [, leg, sort] = /^(\d{1,2})\|(.*)$/s.exec(after ?? '') ?? [];
  return leg === undefined ? { leg: 0, sort: undefined } : { leg: Number(leg), sort };
}
