import type { LedgerStore } from '@edf-pipeline/ledger';
import { StoreUnavailable } from '@edf-pipeline/ledger';
import { StorageError } from '@edf-pipeline/storage';
import type { MemoryStore } from '@edf-pipeline/storage/memory';
import { processWork } from './process-recording.ts';
import { edfFile } from './test-support/edf-file.ts';
import { createWorld, handedOut, handedOutAgain, worldWith } from './test-support/world.ts';

const never = () => new AbortController().signal;

describe('work whose result cannot be published', () => {
  const failingOn =
    (name: string, error: Error) =>
    (store: MemoryStore): MemoryStore => ({
      ...store,
      write: (key, ...rest) => (key.endsWith(name) ? Promise.reject(error) : store.write(key, ...rest)),
    });

  it.each(['report.json', 'run.json', 'manifest.json'])(
    'because the disk is full at %s is tried again',
    async (name) => {
      const world = createWorld({ store: failingOn(name, new StorageError('storage-full', 'full')) });
      const work = await handedOut(world, edfFile());

      expect(await processWork(world.deps, work, never())).toBe('failed');
      expect(await world.job(work)).toMatchObject({
        phase: 'retry_wait',
        attempts: 1,
        crashes: 0,
        result: null,
        error: { code: 'storage-full', class: 'transient' },
      });
      expect(await world.resultOf(work)).toEqual([]);
    },
  );

  it('because the ledger is silent at the commit is tried again, and is not called a crash', async () => {
    let isDown = false;
    const silent = (store: LedgerStore): LedgerStore => ({
      ...store,
      write: (writes, signal) =>
        isDown && writes.some((write) => write.kind === 'put' && write.item.sk === 'REC')
          ? Promise.reject(new StoreUnavailable('store-unavailable', 'silent'))
          : store.write(writes, signal),
    });
    const world = worldWith(async () => (isDown = true), { ledgerStore: silent });
    const work = await handedOut(world, edfFile());

    expect(await processWork(world.deps, work, never())).toBe('failed');
    expect(await world.job(work)).toMatchObject({
      phase: 'retry_wait',
      attempts: 1,
      crashes: 0,
      result: null,
    });
  });

  it('because of an error of ours is a crash, and says where in the code', async () => {
    const world = createWorld({ store: failingOn('manifest.json', new TypeError('canary')) });
    await processWork(world.deps, await handedOut(world, edfFile()), never());

    expect(world.log()).toContain('publish-result.test');
    expect(world.log()).not.toContain('canary');
  });

  it('succeeds although files of an earlier attempt cannot be deleted; that is noted', async () => {
    const world = createWorld({
      store: (store) => ({ ...store, deleteVersions: () => Promise.reject(new Error('no')) }),
    });
    const work = await handedOut(world, edfFile());
    const stopped = AbortSignal.abort();
    await processWork(world.deps, work, stopped);

    expect(await processWork(world.deps, await handedOutAgain(world, work.jobId), never())).toBe('succeeded');
    expect(world.log()).toContain('Files of an attempt without result could not be deleted');
  });
});
