import type { AttemptUsage } from '@edf-pipeline/contracts';
import { noUsage } from '@edf-pipeline/contracts';
import { cancelJob } from './cancel.ts';
import { commitResult } from './commit.ts';
import { acknowledgeCancel, failRange } from './fail.ts';
import type { LedgerStore } from './ledger-store.ts';
import { StoreUnavailable } from './ledger-store.ts';
import { readJobUsage, readMonthUsage } from './read-usage.ts';
import { releaseRange } from './release.ts';
import { sweepDue } from './sweep-due.ts';
import { claimedAgain, jobNow, resultOf, running } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

const used = (cpuSeconds: number): AttemptUsage => ({
  ...noUsage,
  cpuSeconds,
  bytesRead: 10,
  objectReads: 2,
});
const transient = { class: 'transient', code: 'network', message: 'M.' } as const;
const day = 86_400;

/** The next write goes through, but nobody hears of it. */
function losingOneResponse(store: LedgerStore, isOn: () => boolean): LedgerStore {
  let isLost = false;
  return {
    get: (key, signal) => store.get(key, signal),
    query: (query, signal) => store.query(query, signal),
    async write(writes, signal) {
      await store.write(writes, signal);
      if (isLost || !isOn()) return;
      isLost = true;
      throw new StoreUnavailable('store-unavailable', 'the response was lost');
    },
  };
}

describeOnEachStore('usage of attempts', (make) => {
  it('is noted by whatever ends an attempt, and adds up to the job and to the month', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    await failRange(world.ledger, lease, transient, undefined, used(1));
    world.clock.advance(600);

    await sweepDue(world.deps);
    const second = await claimedAgain(world, jobId);
    await releaseRange(world.ledger, second, undefined, used(2));
    const third = await claimedAgain(world, jobId);
    await commitResult(world.ledger, third, recordingId, resultOf(third), undefined, used(4));

    const rows = await readJobUsage(world.ledger, jobNow(world, jobId));
    expect(rows.map(({ outcome, usage }) => [outcome, usage.cpuSeconds])).toEqual([
      ['failed', 1],
      ['interrupted', 2],
      ['succeeded', 4],
    ]);
    expect(await readMonthUsage(world.ledger, 'acme', '2026-01')).toEqual([
      { day: '2026-01-01', attempts: 3, usage: { ...noUsage, cpuSeconds: 7, bytesRead: 30, objectReads: 6 } },
    ]);
    expect(await readMonthUsage(world.ledger, 'other', '2026-01')).toEqual([]);
    expect(await readMonthUsage(world.ledger, 'acme', '2026-02')).toEqual([]);
  });

  it('of a canceled attempt is noted too', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    await acknowledgeCancel(world.ledger, lease, undefined, used(3));

    const rows = await readJobUsage(world.ledger, jobNow(world, jobId));
    expect(rows.map(({ outcome }) => outcome)).toEqual(['canceled']);
  });

  it('is not noted by a holder that has lost its lease', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    await releaseRange(world.ledger, lease);

    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease), undefined, used(9))).toBe(
      'lost',
    );
    expect(await readJobUsage(world.ledger, jobNow(world, jobId))).toEqual([]);
  });

  it('is noted once when the response to the commit is lost', async () => {
    let isOn = false;
    const world = make({ disturb: (store) => losingOneResponse(store, () => isOn) });
    const { lease, recordingId } = await running(world);
    isOn = true;

    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease), undefined, used(4))).toBe(
      'committed',
    );
    expect(world.store.rows('usage')).toHaveLength(1);
  });

  it('of a day that is long over is added up once, and stays when its rows have gone', async () => {
    const world = make();
    const { lease, recordingId } = await running(world);
    await commitResult(world.ledger, lease, recordingId, resultOf(lease), undefined, used(4));
    world.clock.advance(1.5 * day);
    await readMonthUsage(world.ledger, 'acme', '2026-01');
    expect(world.store.rows('usage-day')).toEqual([]);

    world.clock.advance(day);
    const before = await readMonthUsage(world.ledger, 'acme', '2026-01');
    const [item] = world.store.items().filter(({ data }) => (data as { kind: string }).kind === 'usage');
    if (!item) throw new Error('there is no usage row');
    await world.ledger.store.write([{ kind: 'delete', key: { pk: item.pk, sk: item.sk }, expect: 1 }]);

    expect(world.store.rows('usage-day').map(({ day: of }) => of)).toContain('2026-01-01');
    expect(await readMonthUsage(world.ledger, 'acme', '2026-01')).toEqual(before);
    expect(before).toEqual([expect.objectContaining({ day: '2026-01-01', attempts: 1 })]);
  });
});
