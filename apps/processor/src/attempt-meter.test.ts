import { attemptUsageSchema } from '@edf-pipeline/contracts';
import { claimRange, readJobUsage } from '@edf-pipeline/ledger';
import { createMemoryStore } from '@edf-pipeline/storage/memory';
import { startMeter } from './attempt-meter.ts';
import { countRequests } from './count-requests.ts';
import { processWork } from './process-recording.ts';
import { edfFile } from './test-support/edf-file.ts';
import { analyseHere, bytesOf, createWorld, handedOut } from './test-support/world.ts';

const clock = () => new Date('2026-03-01T12:00:00Z');
const options = { contentType: 'application/octet-stream' };

describe('the counted store', () => {
  it('counts requests by what they cost, and the bytes that went through', async () => {
    const { store, counts } = countRequests(createMemoryStore({ clock }));
    await store.write('a', new Uint8Array(100), options);
    await store.head({ key: 'a' });
    await store.read({ key: 'a' }, 0, 60);
    await store.read({ key: 'a' }, 60, 1_000);
    await store.list('a');
    await store.deleteVersions('a');

    expect(counts()).toEqual({ bytesRead: 100, bytesWritten: 100, objectReads: 3, objectWrites: 3 });
  });

  it('counts a long stream as the parts that it is sent in', async () => {
    const { store, counts } = countRequests(createMemoryStore({ clock }));
    const MiB = 1024 * 1024;
    async function* body(chunks: number) {
      for (let chunk = 0; chunk < chunks; chunk++) yield new Uint8Array(MiB);
    }
    await store.write('short', body(3), options);
    expect(counts().objectWrites).toBe(1);
    await store.write('long', body(17), options);

    expect(counts()).toMatchObject({ bytesWritten: 20 * MiB, objectWrites: 1 + 3 + 2 });
  });

  it('offers reading into memory exactly where its store does', async () => {
    const memory = createMemoryStore({ clock });
    const { readInto: _, ...without } = memory;
    const reading = countRequests({
      ...without,
      readInto: async (_ref, _start, target) => target.byteLength,
    });
    await reading.store.readInto?.({ key: 'a' }, 0, new Uint8Array(7));

    expect(countRequests(without).store.readInto).toBeUndefined();
    expect(reading.counts()).toMatchObject({ bytesRead: 7, objectReads: 1 });
  });

  it('counts what failed too: it is on the bill', async () => {
    const { store, counts } = countRequests(createMemoryStore({ clock }));

    await expect(store.read({ key: 'none' }, 0, 1)).rejects.toThrow();
    expect(counts()).toMatchObject({ objectReads: 1, bytesRead: 0 });
  });
});

describe('an attempt', () => {
  it('of which the thread died is charged the time that it had', () => {
    let now = 10;
    const { ledger, store } = createWorld();
    const meter = startMeter({ ledger, store, memoryMegabytes: 2_048, monotonicSeconds: () => now });
    now = 40;

    expect(meter.usage(undefined)).toMatchObject({ cpuSeconds: 30, wallSeconds: 30, memoryGibSeconds: 60 });
  });

  it('says what it used: in the ledger, and in run.json beside the result', async () => {
    const world = createWorld();
    const file = edfFile();
    const work = await handedOut(world, file);
    const thread = {
      cpuSeconds: 1.5,
      bytesRead: 1_000,
      bytesWritten: 2_000,
      objectReads: 4,
      objectWrites: 6,
    };
    const deps = {
      ...world.deps,
      memoryMegabytes: 1_024,
      analyse: async (...args: Parameters<typeof world.deps.analyse>) => {
        world.advance(5);
        return { ...(await analyseHere(world.store)(...args)), usage: thread };
      },
    };
    expect(await processWork(deps, work, new AbortController().signal)).toBe('succeeded');

    const [row] = await readJobUsage(world.ledger, await world.job(work));
    const run = JSON.parse((await bytesOf(world, `results/acme/${work.jobId}/1/run.json`)).toString());
    expect(attemptUsageSchema.parse(run.usage)).toEqual(run.usage);
    expect(row).toMatchObject({
      outcome: 'succeeded',
      epoch: 1,
      usage: { cpuSeconds: 1.5, wallSeconds: 5, memoryGibSeconds: 5, bytesRead: 1_000, objectReads: 4 },
    });
    // run.json and manifest.json besides.
    expect(row?.usage.objectWrites).toBe(8);
    expect(row?.usage.bytesWritten).toBeGreaterThan(2_000);
    expect(row?.usage.ledgerReadUnits).toBeGreaterThan(0);
    expect(row?.usage.ledgerWriteUnits).toBeGreaterThan(3);
  });

  it('that fails says what it used as well; one that lost its lease says nothing', async () => {
    const world = createWorld();
    const failing = await handedOut(world, Buffer.from('this is no EDF file'));
    const { signal } = new AbortController();
    expect(await processWork(world.deps, failing, signal)).toBe('failed');
    const rows = await readJobUsage(world.ledger, await world.job(failing));
    expect(rows.map(({ outcome }) => outcome)).toEqual(['failed']);

    const taken = await handedOut(world, edfFile());
    await claimRange(world.ledger, taken, 'somebody else');
    expect(await processWork(world.deps, taken, signal)).toBe('refused');
    expect(await readJobUsage(world.ledger, await world.job(taken))).toEqual([]);
  });
});
