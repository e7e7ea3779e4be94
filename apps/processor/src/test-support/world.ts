import { createHash } from 'node:crypto';
import type { JobRow, Ledger, LedgerStore } from '@edf-pipeline/ledger';
import {
  admitJobs,
  createUpload,
  defaultLedgerSettings,
  finalizeUpload,
  readJob,
  sourceKey,
} from '@edf-pipeline/ledger';
import { createMemoryLedgerStore } from '@edf-pipeline/ledger/memory';
import { createLogger, createUlidFactory } from '@edf-pipeline/service';
import type { MemoryStore } from '@edf-pipeline/storage/memory';
import { createMemoryStore } from '@edf-pipeline/storage/memory';
import type { Work } from '@edf-pipeline/jobs';
import { analyseRecording } from '../analyse-recording.ts';
import type { Analyse } from '../analysis-pool.ts';
import { classifyFailure, whereOf } from '../classify-failure.ts';
import type { ProcessDeps } from '../process-recording.ts';

export interface World {
  readonly deps: ProcessDeps;
  readonly ledger: Ledger;
  readonly store: MemoryStore;
  readonly log: () => string;
  /** How often the ledger's store was written to. */
  readonly writes: () => number;
  readonly advance: (seconds: number) => void;
  readonly elapsed: () => number;
  job(work: Work): Promise<JobRow>;
  resultOf(work: Work): Promise<string[]>;
}

export interface WorldOptions {
  readonly ledgerStore?: (store: LedgerStore) => LedgerStore;
  readonly store?: (store: MemoryStore) => MemoryStore;
  readonly analyse?: Analyse;
  readonly ids?: () => string;
}

/** The analysis in this thread, as the worker thread carries it out. */
export const analyseHere =
  (store: MemoryStore): Analyse =>
  async (task, onProgress, signal) => {
    try {
      return { kind: 'written', ...(await analyseRecording({ store, onProgress }, task, signal)) };
    } catch (error) {
      return { kind: 'failed', failure: classifyFailure(error), where: whereOf(error) };
    }
  };

export function createWorld(options: WorldOptions = {}): World {
  let elapsed = 0;
  let writes = 0;
  const start = Date.parse('2026-03-01T12:00:00.000Z');
  const clock = () => new Date(start + elapsed * 1000);
  const memory = createMemoryLedgerStore();
  const counted: LedgerStore = { ...memory, write: (...args) => ((writes += 1), memory.write(...args)) };
  const ledger: Ledger = {
    store: options.ledgerStore?.(counted) ?? counted,
    settings: defaultLedgerSettings,
    clock,
    newId: createUlidFactory(clock),
    random: () => 0.5,
  };
  const memoryStore = createMemoryStore({ clock, ids: options.ids });
  const store = options.store?.(memoryStore) ?? memoryStore;
  const lines: string[] = [];
  const deps: ProcessDeps = {
    ledger,
    store,
    analyse: options.analyse ?? analyseHere(store),
    owner: 'worker:1',
    heartbeatSeconds: 10,
    maxInflatedBytes: 100_000_000,
    monotonicSeconds: () => elapsed,
    logger: createLogger({ name: 'processor', level: 'debug' }, { write: (line) => void lines.push(line) }),
  };
  return {
    deps,
    ledger,
    store: memoryStore,
    log: () => lines.join(''),
    writes: () => writes,
    advance: (seconds) => {
      elapsed += seconds;
    },
    elapsed: () => elapsed,
    job: async ({ tenant, jobId }) => {
      const found = await readJob(ledger, tenant, jobId);
      if (!found) throw new Error(`there is no ${jobId}`);
      return found.row;
    },
    resultOf: async ({ tenant, jobId }) =>
      (await memoryStore.list(`results/${tenant}/${jobId}/`)).objects.map(({ key }) =>
        key.split('/').slice(3).join('/'),
      ),
  };
}

/** A file that has been uploaded, and whose job has been handed out. */
export async function handedOut(world: World, file: Uint8Array): Promise<Work> {
  const tenant = 'acme';
  const uploadId = `upl_${world.ledger.newId()}`;
  const created = await createUpload(world.ledger, {
    tenant,
    uploadId,
    keyHash: uploadId,
    requestHash: uploadId,
    sealedFileName: 'sealed',
    byteLength: file.length,
    declaredContentId: null,
    partByteLength: file.length,
    partCount: 1,
    multipartId: null,
    pipeline: 'default@1',
    preflight: null,
  });
  if (created.outcome !== 'created') throw new Error(created.outcome);
  await world.store.write(sourceKey(tenant, uploadId), file, { contentType: 'application/octet-stream' });
  await finalizeUpload(
    { ledger: world.ledger, objects: world.store, poolFor: () => 'small' },
    tenant,
    uploadId,
    true,
  );
  return handedOutAgain(world, created.upload.jobId);
}

/** The job under its next dispatch number. */
export async function handedOutAgain(world: World, jobId: string): Promise<Work> {
  const job = (await admitJobs(world.ledger, 'small', 100)).find((each) => each.jobId === jobId);
  if (!job) throw new Error('was not admitted');
  return { ...job, range: 0 };
}

export const sha256Hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export async function bytesOf(world: World, key: string): Promise<Buffer> {
  const head = await world.store.head({ key });
  if (!head) throw new Error(`there is no ${key}`);
  return Buffer.from(await world.store.read({ key }, 0, head.byteLength));
}

/** A world whose analysis does something in the middle, and then goes on. */
export function worldWith(
  inTheMiddle: (world: World) => Promise<unknown>,
  options: WorldOptions = {},
): World {
  const world: World = createWorld({
    ...options,
    analyse: async (task, onProgress, signal) => {
      await inTheMiddle(world);
      return analyseHere(world.store)(task, onProgress, signal);
    },
  });
  return world;
}
