import { listPartition, statusPartition } from './indexes.ts';
import type { IndexName, Item } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import type { RecordingRow, UploadRow } from './rows.ts';

/** What a tenant has, as the indexes show it; they may lag behind a little. */
export interface TenantUse {
  /** Bytes of recordings, and of open uploads as they were declared. */
  readonly storedBytes: number;
  readonly openUploads: number;
  /** When the first of the open uploads expires by itself. */
  readonly nextExpiry: string | null;
  readonly uploadsToday: number;
  readonly waitingJobs: number;
  readonly runningJobs: number;
  /** How many rows were read to know this. */
  readonly rowsRead: number;
}

/** Up to where each thing is of interest; null: not at all, and it is answered as 0. */
export interface UseQuestion {
  readonly storedBytes: number | null;
  readonly openUploads: number | null;
  readonly uploadsToday: number | null;
  readonly waitingJobs: number | null;
  readonly runningJobs: number | null;
}

const PAGE = 1_000;

/**
 * Counts what a tenant has from live rows, each thing up to its limit. No counter is kept anywhere: one that is added
 * to and taken from would be the hottest item of the table, and wrong for ever after the first response that is lost.
 */
export async function countUse(
  ledger: Ledger,
  tenant: string,
  question: UseQuestion,
  signal?: AbortSignal,
): Promise<TenantUse> {
  const today = `${ledger.clock().toISOString().slice(0, 10)}T`;
  const wantsBytes = question.storedBytes !== null;
  let storedBytes = 0;
  let nextExpiry: string | null = null;
  const lookAtUpload = ({ data }: Item) => {
    const { byteLength, expiresAt } = data as UploadRow;
    // What is under way will be stored too.
    if (wantsBytes) storedBytes += byteLength;
    if (nextExpiry === null || expiresAt < nextExpiry) nextExpiry = expiresAt;
  };
  const lookAtRecording = ({ data }: Item) => {
    storedBytes += (data as RecordingRow).source.byteLength;
  };
  const scans: Scan[] = [
    {
      index: 'status',
      partition: statusPartition(tenant, 'upload', 'open'),
      enough: wantsBytes ? Infinity : question.openUploads,
      look: lookAtUpload,
    },
    {
      index: 'list',
      partition: listPartition(tenant, 'upload'),
      from: today,
      enough: question.uploadsToday,
    },
    {
      index: 'status',
      partition: statusPartition(tenant, 'job', 'queued'),
      enough: question.waitingJobs,
    },
    {
      index: 'status',
      partition: statusPartition(tenant, 'job', 'running'),
      enough: question.runningJobs,
    },
    {
      index: 'list',
      partition: listPartition(tenant, 'recording'),
      enough: wantsBytes ? Infinity : null,
      look: lookAtRecording,
    },
  ];
  const counts = await Promise.all(scans.map((scan) => countItems(ledger, scan, signal)));
  const [openUploads = 0, uploadsToday = 0, waitingJobs = 0, runningJobs = 0] = counts;
  const rowsRead = counts.reduce((sum, count) => sum + count, 0);
  return { storedBytes, openUploads, nextExpiry, uploadsToday, waitingJobs, runningJobs, rowsRead };
}

interface Scan {
  readonly index: IndexName;
  readonly partition: string;
  readonly from?: string;
  /** Where counting may stop; null: nobody asks. */
  readonly enough: number | null;
  readonly look?: (item: Item) => void;
}

async function countItems(
  ledger: Ledger,
  { index, partition, from, enough, look }: Scan,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  let place = from;
  while (enough !== null && count < enough) {
    const limit = Math.min(PAGE, enough - count);
    const page = await ledger.store.query({ index, partition, from: place, limit }, signal);
    if (look) page.forEach(look);
    count += page.length;
    const last = page.at(-1)?.indexes[index];
    if (!last || page.length < limit) break;
    place = `${last.sort}\u0000`;
  }
  return count;
}
