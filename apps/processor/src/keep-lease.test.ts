import type { LedgerStore } from '@edf-pipeline/ledger';
import { StoreUnavailable, cancelJob, claimRange, readJob, releaseRange } from '@edf-pipeline/ledger';
import { keepLease } from './keep-lease.ts';
import { edfFile } from './test-support/edf-file.ts';
import { createWorld, handedOut } from './test-support/world.ts';

const { jest } = import.meta;

/** A held lease over a ledger that can be down (it refuses) or hang (it does not answer); both clocks run with the timers. */
async function createScene() {
  const ledgerState: { state: 'up' | 'down' | 'hangs' } = { state: 'up' };
  const answering = <T>(answer: () => Promise<T>): Promise<T> => {
    if (ledgerState.state === 'down')
      return Promise.reject(new StoreUnavailable('store-unavailable', 'down'));
    return ledgerState.state === 'hangs' ? new Promise(() => undefined) : answer();
  };
  const disturbed = (store: LedgerStore): LedgerStore => ({
    get: (...args) => answering(() => store.get(...args)),
    query: (...args) => store.query(...args),
    write: (...args) => answering(() => store.write(...args)),
  });
  const world = createWorld({ ledgerStore: disturbed });
  const work = await handedOut(world, edfFile());
  const claimed = await claimRange(world.ledger, work, 'worker:1');
  if (claimed.outcome !== 'claimed') throw new Error(claimed.reason);
  const { lease } = claimed;
  const errors: unknown[] = [];
  const kept = keepLease({
    ledger: world.ledger,
    lease,
    initial: { stage: 'checking', doneBytes: 0, totalBytes: 10 },
    heartbeatSeconds: 10,
    monotonicSeconds: world.elapsed,
    onError: (error) => errors.push(error),
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      world.advance(1);
      await jest.advanceTimersByTimeAsync(1_000);
    }
  };
  const range = async () => (await readJob(world.ledger, work.tenant, work.jobId))?.ranges[0];
  return { world, work, lease, kept, errors, pass, range, ledgerState };
}

describe('a kept lease', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is renewed with every heartbeat, for as long as the work takes', async () => {
    const { kept, pass, range, world } = await createScene();
    await pass(600);
    const held = await range();

    expect(held).toMatchObject({ owner: 'worker:1', sequence: 60 });
    expect(String(held?.leaseUntil) > world.ledger.clock().toISOString()).toBe(true);
    expect([kept.loss(), kept.signal.aborted]).toEqual([null, false]);
    await kept.stop();
  });

  it('carries out the progress that was told last', async () => {
    const { kept, pass, range } = await createScene();
    kept.progress({ stage: 'analysing', doneBytes: 3, totalBytes: 10 });
    kept.progress({ stage: 'analysing', doneBytes: 7, totalBytes: 10 });
    await pass(10);

    expect((await range())?.progress).toEqual({ stage: 'analysing', doneBytes: 7, totalBytes: 10 });
    await kept.stop();
  });

  it('brings back the request to cancel', async () => {
    const { kept, pass, world, work } = await createScene();
    await cancelJob(world.ledger, work.tenant, work.jobId);
    expect(kept.signal.aborted).toBe(false);
    await pass(10);

    expect([kept.loss(), kept.signal.aborted]).toEqual(['cancel-requested', true]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that somebody else has ended is lost at the next heartbeat', async () => {
    const { kept, pass, world, lease } = await createScene();
    await releaseRange(world.ledger, lease);
    await pass(10);

    expect([kept.loss(), kept.signal.aborted]).toEqual(['lost', true]);
  });

  it('outlives a short silence of the ledger, which is reported', async () => {
    const { kept, pass, errors, ledgerState } = await createScene();
    await pass(10);
    ledgerState.state = 'down';
    await pass(10);
    ledgerState.state = 'up';
    await pass(100);

    expect(kept.loss()).toBeNull();
    expect(errors).toEqual([expect.any(StoreUnavailable)]);
    await kept.stop();
  });

  it.each(['down', 'hangs'] as const)('is given up before it runs out when the ledger %s', async (state) => {
    const { kept, pass, ledgerState, range } = await createScene();
    await pass(30);
    const leaseUntil = String((await range())?.leaseUntil);
    ledgerState.state = state;
    let seconds = 0;
    while (kept.loss() === null && seconds < 60) {
      await pass(1);
      seconds += 1;
    }

    // The last renewal was just before; the lease lasts 30 seconds from there, and stopping takes time too.
    expect(leaseUntil).toBe('2026-03-01T12:01:00.000Z');
    expect(seconds).toBeLessThanOrEqual(24);
    expect(seconds).toBeGreaterThan(10);
    expect([kept.loss(), kept.signal.aborted]).toEqual(['lost', true]);
  });

  it('is held only from when its renewal was sent: an answer that took long counts for less', async () => {
    const { kept, pass, world, ledgerState, range } = await createScene();
    const { get } = world.ledger.store;
    const held = Promise.withResolvers<void>();
    Object.assign(world.ledger.store, {
      get: async (...args: Parameters<typeof get>) => {
        await held.promise;
        return get(...args);
      },
    });
    await pass(20);
    held.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect((await range())?.sequence).toBe(1);
    ledgerState.state = 'down';
    // Sent at 10 and answered at 20: the lease is safe until 31, not until 41.
    await pass(12);

    expect(kept.loss()).toBe('lost');
  });

  it('that is stopped is renewed no more, also when a renewal hangs, and nothing is reported after that', async () => {
    const { kept, pass, errors, ledgerState, world } = await createScene();
    ledgerState.state = 'hangs';
    await pass(10);
    await kept.stop();
    ledgerState.state = 'up';
    const before = world.writes();
    await pass(60);

    expect([world.writes() - before, errors.length, kept.loss()]).toEqual([0, 0, null]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
