import type { JobQueue, Work, WorkState } from '@edf-pipeline/jobs';
import { workName } from '@edf-pipeline/jobs';
import type { JobRow, Ledger, LedgerStore, OutboxRow, Pool, UploadObjects } from '@edf-pipeline/ledger';
import {
  claimRange,
  commitResult,
  createLeaseObserver,
  createUpload,
  defaultLedgerSettings,
  readJob,
  resultPrefix,
  sourceKey,
} from '@edf-pipeline/ledger';
import { createMemoryLedgerStore } from '@edf-pipeline/ledger/memory';
import { createLogger, createUlidFactory } from '@edf-pipeline/service';
import type { DispatcherDeps } from '../deps.ts';
import { acceptObject } from '../accept-object.ts';

/** An executor that carries nothing out: what it was handed, and what it says of it, is the test's. */
export interface FakeQueue extends JobQueue {
  readonly handed: Work[];
  readonly states: Map<string, WorkState>;
  freeSlots: number;
  /** Thrown by every call while set. */
  failure: Error | null;
}

export function fakeQueue(freeSlots = 10): FakeQueue {
  const queue: FakeQueue = {
    handed: [],
    states: new Map(),
    freeSlots,
    failure: null,
    async enqueue(work) {
      if (queue.failure) throw queue.failure;
      const executorRef = `fake:${workName(work)}`;
      if (!queue.states.has(executorRef)) queue.handed.push(work);
      queue.states.set(executorRef, 'waiting');
      return { executorRef };
    },
    async cancel(executorRef) {
      queue.states.delete(executorRef);
    },
    async inspect(executorRef) {
      if (queue.failure) throw queue.failure;
      return queue.states.get(executorRef) ?? 'unknown';
    },
    async demand() {
      if (queue.failure) throw queue.failure;
      return { inHand: queue.handed.length, freeSlots: queue.freeSlots };
    },
  };
  return queue;
}

interface FakeObjects extends UploadObjects {
  /** Sizes by key. */
  readonly sizes: Map<string, number>;
  readonly emptied: string[];
}

function fakeObjects(): FakeObjects {
  const sizes = new Map<string, number>();
  const emptied: string[] = [];
  return {
    sizes,
    emptied,
    head: async ({ key }) => {
      const byteLength = sizes.get(key);
      return byteLength === undefined
        ? null
        : { versionId: 'v1', byteLength, checksumSha256: `digest of ${key}` };
    },
    listParts: async () => null,
    completeMultipart: async () => undefined,
    deleteVersions: async (prefix) => {
      emptied.push(prefix);
      return 0;
    },
  };
}

export interface World {
  readonly deps: DispatcherDeps;
  readonly ledger: Ledger;
  readonly queue: FakeQueue;
  readonly objects: FakeObjects;
  readonly delivered: OutboxRow[];
  readonly log: () => string;
  readonly advance: (seconds: number) => void;
  job(jobId: string, tenant?: string): Promise<JobRow>;
}

export interface WorldOptions {
  readonly queues?: Partial<Record<Pool, FakeQueue>>;
  readonly ledgerStore?: (store: LedgerStore) => LedgerStore;
  readonly poolFor?: (byteLength: number) => Pool;
}

export function createWorld(options: WorldOptions = {}): World {
  let elapsed = 0;
  const start = Date.parse('2026-03-01T12:00:00.000Z');
  const clock = () => new Date(start + elapsed * 1000);
  const store = createMemoryLedgerStore();
  const ledger: Ledger = {
    store: options.ledgerStore?.(store) ?? store,
    settings: defaultLedgerSettings,
    clock,
    newId: createUlidFactory(clock),
    random: () => 0.5,
  };
  const queue = fakeQueue();
  const objects = fakeObjects();
  const delivered: OutboxRow[] = [];
  const lines: string[] = [];
  const deps: DispatcherDeps = {
    ledger,
    objects,
    poolFor: options.poolFor ?? (() => 'small'),
    queues: options.queues ?? { small: queue },
    observer: createLeaseObserver(defaultLedgerSettings.leaseSeconds, () => elapsed),
    logger: createLogger({ name: 'dispatcher', level: 'debug' }, { write: (line) => void lines.push(line) }),
    deliver: async (entry) => void delivered.push(entry),
    settings: { admitSeconds: 1, sweepSeconds: 5, relaySeconds: 5 },
  };
  return {
    deps,
    ledger,
    queue,
    objects,
    delivered,
    log: () => lines.join(''),
    advance: (seconds) => {
      elapsed += seconds;
    },
    job: async (jobId, tenant = 'acme') => {
      const found = await readJob(ledger, tenant, jobId);
      if (!found) throw new Error(`there is no ${jobId}`);
      return found.row;
    },
  };
}

/** An upload that waits for its bytes. */
export async function announced(
  world: World,
  tenant = 'acme',
  byteLength = 1_000,
): Promise<{ uploadId: string; jobId: string; recordingId: string; key: string }> {
  const uploadId = `upl_${world.ledger.newId()}`;
  const created = await createUpload(world.ledger, {
    tenant,
    uploadId,
    keyHash: uploadId,
    requestHash: uploadId,
    sealedFileName: 'sealed',
    byteLength,
    declaredContentId: null,
    partByteLength: byteLength,
    partCount: 1,
    multipartId: null,
    pipeline: 'default@1',
    preflight: null,
  });
  if (created.outcome !== 'created') throw new Error(created.outcome);
  const { jobId, recordingId } = created.upload;
  return { uploadId, jobId, recordingId, key: sourceKey(tenant, uploadId) };
}

/** An upload that has become a recording, its job in the backlog. */
export async function accepted(world: World, tenant = 'acme', byteLength = 1_000) {
  const upload = await announced(world, tenant, byteLength);
  world.objects.sizes.set(upload.key, byteLength);
  const outcome = await acceptObject(world.deps, { key: upload.key, versionId: 'v1' });
  if (outcome !== 'accepted') throw new Error(outcome);
  return upload;
}

export async function claimed(world: World, work: Work, owner = 'worker:1') {
  const claim = await claimRange(world.ledger, work, owner);
  if (claim.outcome !== 'claimed') throw new Error(claim.reason);
  return claim.lease;
}

/** Claims work and commits a result for it, as a worker would. */
export async function finished(world: World, work: Work): Promise<void> {
  const lease = await claimed(world, work);
  const job = await world.job(work.jobId, work.tenant);
  const prefix = resultPrefix(work.tenant, work.jobId, lease.epoch);
  const result = { epoch: lease.epoch, prefix, manifestSha256: 'digest' };
  await commitResult(world.ledger, lease, job.recordingId, result);
}
