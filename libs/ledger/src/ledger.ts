import { createHash } from 'node:crypto';
import {
  earlierLook,
  jobIndexes,
  rangeIndexes,
  recordingIndexes,
  uploadIndexes,
  webhookDeliveryIndexes,
} from './indexes.ts';
import { OUTBOX_SHARDS, outboxKey, shardOf } from './keys.ts';
import type { Item, Key, LedgerStore, Write } from './ledger-store.ts';
import { StoreUnavailable, WriteConflict } from './ledger-store.ts';
import type { JobRow, OutboxRow, RangeRow, RecordingRow, Row, UploadRow } from './rows.ts';
import type { WebhookDeliveryRow, WebhookRow } from './webhook-rows.ts';
import type { LedgerSettings } from './settings.ts';

/** What every verb needs. The clock and the ids are given, so that a simulation can own them. */
export interface Ledger {
  readonly store: LedgerStore;
  readonly settings: LedgerSettings;
  readonly clock: () => Date;
  /** A new ULID. */
  readonly newId: () => string;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
}

/** What a verb decided: writes to carry out together, and its answer. No writes: nothing changes. */
export interface Decision<T> {
  readonly writes: readonly Write[];
  readonly answer: T;
}

const MAX_TRIES = 12;

/**
 * Reads the items, lets `decide` choose, and writes under the condition that what it writes (or checks: `unchanged`)
 * has not changed since; when it has, decides again on what is there now. A write whose response was lost is read back, never guessed.
 *
 * @throws StoreUnavailable when the store stays silent; WriteConflict when others kept being first
 */
export async function decideAndWrite<T>(
  ledger: Ledger,
  keys: readonly Key[],
  decide: (items: readonly (Item | null)[]) => Decision<T>,
  signal?: AbortSignal,
): Promise<T> {
  const tried = new Map<string, T>();
  for (let tries = 1; ; tries++) {
    const items = await Promise.all(keys.map((key) => ledger.store.get(key, signal)));
    // A try whose response was lost may land after it was looked for: then its answer holds, late as it is.
    const landed = items.find((item) => item && tried.has(item.writer));
    if (landed) return tried.get(landed.writer) as T;
    const { writes, answer } = decide(items);
    if (writes.length === 0) return answer;
    try {
      await ledger.store.write(writes, signal);
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      for (const write of writes) if (write.kind === 'put') tried.set(write.item.writer, answer);
      if (error instanceof StoreUnavailable && (await wasWritten(ledger, writes, signal))) return answer;
      const isWorthAnotherTry = error instanceof WriteConflict || error instanceof StoreUnavailable;
      if (!isWorthAnotherTry || tries === MAX_TRIES) throw error;
    }
  }
}

/**
 * All puts of a transaction share its fate: any that still carries our writer's mark tells that it went through,
 * whatever others have done to the rest since.
 */
async function wasWritten(ledger: Ledger, writes: readonly Write[], signal?: AbortSignal): Promise<boolean> {
  for (const write of writes) {
    if (write.kind !== 'put') continue;
    const stored = await ledger.store.get(write.item, signal);
    if (stored?.writer === write.item.writer) return true;
  }
  return false;
}

/** Moving an entry within an index costs a store two writes; these leave it where it was. */
export interface ChangeOptions {
  /** The sweep has to look by then; if it does so earlier already, nothing is moved. Without it: when the row is due. */
  readonly lookBy?: string;
  /** false: readers of the feed hear nothing of this change. */
  readonly isNews?: boolean;
}

/** Builds the writes of one transaction: they carry one instant and one writer's mark. */
export interface Writer {
  readonly at: string;
  create(key: Key, row: Row, options?: { expiresAt?: number }): Write;
  change(item: Item, row: Row, options?: ChangeOptions): Write;
  announce(type: OutboxRow['type'], tenant: string, objectId: string): Write;
}

/** The item was read to decide, and is not written: the decision holds only while it has not changed. */
export const unchanged = (item: Item): Write => ({
  kind: 'check',
  key: { pk: item.pk, sk: item.sk },
  expect: item.version,
});

export function writerOf(ledger: Ledger): Writer {
  const at = ledger.clock().toISOString();
  const writer = ledger.newId();
  const put = (
    key: Key,
    version: number,
    row: Row,
    expiresAt?: number,
    indexes: Item['indexes'] = indexesOf(row, at),
  ): Item => ({
    pk: key.pk,
    sk: key.sk,
    version,
    writer,
    indexes,
    ...(expiresAt !== undefined && { expiresAt }),
    data: row,
  });
  return {
    at,
    create: (key, row, options) => ({
      kind: 'put',
      item: put(key, 1, row, options?.expiresAt),
      expect: 'absent',
    }),
    change: (item, row, options = {}) => ({
      kind: 'put',
      item: put(item, item.version + 1, row, item.expiresAt, indexesAfter(item, row, at, options)),
      expect: item.version,
    }),
    announce: (type, tenant, objectId) => {
      const id = ledger.newId();
      const row: OutboxRow = { kind: 'outbox', id, tenant, type, objectId, at };
      return {
        kind: 'put',
        item: put(outboxKey(shardOf(id, OUTBOX_SHARDS), at, id), 1, row),
        expect: 'absent',
      };
    },
  };
}

function indexesAfter(item: Item, row: Row, at: string, options: ChangeOptions): Item['indexes'] {
  const { due, changed, ...others } = indexesOf(row, at);
  const look = due && options.lookBy !== undefined ? earlierLook(item.indexes.due, due, options.lookBy) : due;
  const told = options.isNews === false ? item.indexes.changed : changed;
  return { ...others, ...(look && { due: look }), ...(told && { changed: told }) };
}

function indexesOf(row: Row, at: string): Item['indexes'] {
  switch (row.kind) {
    case 'upload':
      return uploadIndexes(row, at);
    case 'recording':
      return recordingIndexes(row, at);
    case 'job':
      return jobIndexes(row, at);
    case 'range':
      return rangeIndexes(row, at);
    case 'webhook-delivery':
      return webhookDeliveryIndexes(row);
    default:
      return {};
  }
}

export const uploadOf = (item: Item) => item.data as UploadRow;
export const recordingOf = (item: Item) => item.data as RecordingRow;
export const jobOf = (item: Item) => item.data as JobRow;
export const rangeOf = (item: Item) => item.data as RangeRow;
export const webhookOf = (item: Item) => item.data as WebhookRow;
export const webhookDeliveryOf = (item: Item) => item.data as WebhookDeliveryRow;

/** `at` plus so many seconds. */
export function after(at: string, seconds: number): string {
  return new Date(new Date(at).getTime() + seconds * 1000).toISOString();
}

/** The job of an upload and a pipeline: always the same id, so that accepting twice makes one job. Keeps the upload's time. */
export function jobIdFor(uploadId: string, pipeline: string): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const digest = createHash('sha256').update(`${uploadId}\n${pipeline}`).digest();
  let random = '';
  for (let index = 0; index < 16; index++) random += alphabet[(digest[index] ?? 0) & 31];
  return `job_${uploadId.slice(4, 14)}${random}`;
}
