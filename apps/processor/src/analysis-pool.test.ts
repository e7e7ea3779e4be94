import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { JobProgress } from '@edf-pipeline/contracts';
import { createFileStore } from '@edf-pipeline/storage/file';
import type { AnalysisPool, AnalysisPoolOptions } from './analysis-pool.ts';
import { createAnalysisPool } from './analysis-pool.ts';
import type { AnalysisTask } from './analysis-task.ts';
import { edfFile } from './test-support/edf-file.ts';

let root: string;
const pools: AnalysisPool[] = [];

beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'pool-'));
});
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function poolOf(change: Partial<AnalysisPoolOptions> = {}): AnalysisPool {
  const pool = createAnalysisPool({
    storage: { kind: 'file', root, freeBytesReserve: 0 },
    heapMegabytes: 256,
    stopSeconds: 5,
    ...change,
  });
  pools.push(pool);
  return pool;
}

const store = () => createFileStore({ root, publicUrl: () => '', signingKey: Buffer.alloc(32) });

let tasks = 0;
async function taskFor(file: Uint8Array): Promise<AnalysisTask> {
  const name = `job_${++tasks}`;
  const source = await store().write(`source/acme/${name}/source.edf`, file, {
    contentType: 'application/octet-stream',
  });
  return {
    source,
    resultPrefix: `results/acme/${name}/1/`,
    maxInflatedBytes: 1_000_000,
    refuseFindings: [],
  };
}

const ignore = () => undefined;
const never = () => new AbortController().signal;
/** Large enough that its analysis takes a while and several blocks. */
let long: Buffer | undefined;
const longFile = () => (long ??= edfFile({ dataRecordCount: 1_500, samplesPerDataRecord: [4_000] }));

describe('the pool of analysis threads', () => {
  it('carries an analysis out in a thread, tells its progress, and answers what was written', async () => {
    const task = await taskFor(edfFile());
    const progress: JobProgress[] = [];
    const outcome = await poolOf().analyse(task, (each) => progress.push(each), never());
    const names = outcome.kind === 'written' ? outcome.files.map(({ name }) => name) : [];

    expect(names).toContain('report.json');
    expect(
      (await store().list(task.resultPrefix)).objects.map(({ key }) => key.slice(task.resultPrefix.length)),
    ).toEqual(names);
    expect(progress.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['checking', 'analysing', 'writing']),
    );
  });

  it('answers a file that is no recording as such, and uses the thread again', async () => {
    const pool = poolOf();
    const bad = await pool.analyse(await taskFor(Buffer.from('Dear Sir or Madam')), ignore, never());
    const good = await pool.analyse(await taskFor(edfFile()), ignore, never());

    expect(bad).toMatchObject({ kind: 'failed', failure: { class: 'invalid_input' } });
    expect(good.kind).toBe('written');
  });

  it('keeps a thread for the next analysis, and starts another when it is busy', async () => {
    const pool = poolOf();
    const [first, second] = [await taskFor(edfFile()), await taskFor(edfFile())];
    await threadsStarted();
    await pool.analyse(first, ignore, never());
    await pool.analyse(second, ignore, never());
    expect(await threadsStarted()).toBe(1);
    await Promise.all([pool.analyse(first, ignore, never()), pool.analyse(second, ignore, never())]);

    expect(await threadsStarted()).toBe(1);
  });

  it('stops an analysis when it is asked to, and the next one is not disturbed by that', async () => {
    const pool = poolOf();
    const stopping = new AbortController();
    const outcome = await pool.analyse(await taskFor(longFile()), () => stopping.abort(), stopping.signal);

    expect(outcome.kind).toBe('failed');
    expect((await pool.analyse(await taskFor(edfFile()), ignore, never())).kind).toBe('written');
  });

  it('does not begin what was stopped before it began', async () => {
    const task = await taskFor(longFile());

    expect((await poolOf().analyse(task, ignore, AbortSignal.abort())).kind).toBe('failed');
    expect((await store().list(`${task.resultPrefix}report.json`)).objects).toEqual([]);
  });

  it('ends a thread that does not stop in time', async () => {
    const stopping = new AbortController();
    const outcome = await poolOf({ stopSeconds: 0 }).analyse(
      await taskFor(longFile()),
      () => stopping.abort(),
      stopping.signal,
    );

    expect(outcome).toMatchObject({ kind: 'failed', failure: { class: 'crash' } });
  });

  it('answers an analysis that needs more memory than it may have as a matter of resources', async () => {
    // A thousand signals make a header and statistics that do not fit beside the code.
    const file = edfFile({
      dataRecordCount: 10,
      samplesPerDataRecord: Array.from({ length: 2_000 }, () => 2),
    });
    const outcome = await poolOf({ heapMegabytes: 12 }).analyse(await taskFor(file), ignore, never());

    expect(outcome).toMatchObject({ kind: 'failed', failure: { class: 'resource', code: 'out-of-memory' } });
  });

  it('answers a thread that breaks as a crash, says where, and gives the next analysis another thread', async () => {
    const task = await taskFor(edfFile());
    const pool = poolOf({ storage: { kind: 'file', root: null as unknown as string, freeBytesReserve: 0 } });
    const first = await pool.analyse(task, ignore, never());
    const second = await pool.analyse(task, ignore, never());

    for (const outcome of [first, second]) {
      expect(outcome).toMatchObject({
        kind: 'failed',
        failure: { class: 'crash', code: 'analysis-crashed' },
        where: expect.stringContaining(' at '),
      });
    }
  });

  it('that is closed ends what runs', async () => {
    const pool = poolOf();
    const begun = Promise.withResolvers<void>();
    const outcome = pool.analyse(await taskFor(longFile()), () => begun.resolve(), never());
    await begun.promise;
    await pool.close();

    expect(await outcome).toMatchObject({ kind: 'failed', failure: { class: 'crash' } });
  });
});

let lastThread = 0;

/** How many threads this process has started since this was asked last: their numbers count up. */
async function threadsStarted(): Promise<number> {
  const probe = new Worker('', { eval: true });
  const { threadId } = probe;
  await once(probe, 'exit');
  const started = threadId - lastThread - 1;
  lastThread = threadId;
  return started;
}
