import type { JobRow } from '@edf-pipeline/ledger';
import { createRightInstant } from './right-instant.ts';
import { leasesTakenFromLiving, quantile, recoveryTimes } from './recovery-times.ts';

const second = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const killAt = (name: string, seconds: number) => ({
  name,
  at: Date.parse(second(seconds)),
  wasStarting: false,
});
const jobWith = (history: readonly object[]) => ({ id: 'job', history }) as unknown as JobRow;
const announcedMs = () => Date.parse(second(0));
const noOffset = { rightInstant: createRightInstant(0), announcedMs };
const hourBehind = { rightInstant: createRightInstant(-3_600), announcedMs };

const claimedTwice = (owner: string, firstAt: number) =>
  jobWith([
    { at: second(0), what: 'admitted' },
    { at: second(1), what: 'dispatched' },
    { at: second(firstAt), what: 'claimed', owner },
    { at: second(38), what: 'failed', code: 'worker-silent' },
    { at: second(44), what: 'admitted' },
    { at: second(45), what: 'claimed', owner: 'processor-2' },
    { at: second(46), what: 'committed' },
  ]);

test('Work of a killed worker has recovered when it is claimed again', () => {
  const kills = [killAt('processor-1', 1), killAt('processor-1', 5), killAt('processor-2', 6)];

  expect(recoveryTimes([claimedTwice('processor-1', 2)], { kills, ...noOffset })).toEqual([
    expect.objectContaining({ killed: 'processor-1', seconds: 40 }),
  ]);
});

test('What a worker with a wrong clock wrote is put right, and so is what others wrote left as it is', () => {
  const settings = { kills: [killAt('processor-1', 5)], ...hourBehind };

  expect(recoveryTimes([claimedTwice('processor-1', 2 - 3_600)], settings)[0]?.seconds).toBe(40);
  expect(leasesTakenFromLiving([claimedTwice('processor-1', 2 - 3_600)], settings)).toEqual([]);
});

test('A run that lasts longer than the clock is off is put right as well', () => {
  const late = 5_400;
  const job = jobWith([
    { at: second(late), what: 'admitted' },
    { at: second(late + 2 - 3_600), what: 'claimed', owner: 'processor-2' },
    { at: second(late + 38), what: 'failed', code: 'worker-silent' },
    { at: second(late + 42 - 3_600), what: 'claimed', owner: 'processor-2' },
  ]);
  const settings = {
    ...hourBehind,
    kills: [killAt('processor-2', late + 5)],
    announcedMs: () => Date.parse(second(late - 60)),
  };

  expect(recoveryTimes([job], settings).map(({ seconds }) => seconds)).toEqual([37]);
});

test('A lease that was taken though nobody was killed is told', () => {
  const settings = { kills: [killAt('processor-2', 5)], ...noOffset };

  expect(leasesTakenFromLiving([claimedTwice('processor-1', 2)], settings)).toEqual(['job']);
  expect(recoveryTimes([claimedTwice('processor-1', 2)], settings)).toEqual([]);
});

test('Work that was admitted when a dispatcher was killed has recovered when it is handed out', () => {
  const job = jobWith([
    { at: second(0), what: 'admitted' },
    { at: second(33), what: 'dispatched' },
  ]);
  const settings = { kills: [killAt('dispatcher-2', 1)], ...noOffset };

  expect(recoveryTimes([job], settings)).toEqual([
    expect.objectContaining({ killed: 'dispatcher-2', seconds: 32 }),
  ]);
});

test('What a dispatcher with a wrong clock wrote is put right too', () => {
  const job = jobWith([
    { at: second(0 - 3_600), what: 'admitted' },
    { at: second(3), what: 'dispatched' },
    { at: second(4), what: 'claimed', owner: 'processor-1' },
  ]);
  const kills = [killAt('dispatcher-1', -1_000), killAt('dispatcher-2', 1)];

  expect(recoveryTimes([job], { kills, ...hourBehind })).toEqual([
    expect.objectContaining({ killed: 'dispatcher-2', seconds: 2 }),
  ]);
});

test('Work that went into quarantine is over then, whenever a person tries it again', () => {
  const job = jobWith([
    { at: second(0), what: 'claimed', owner: 'processor-1' },
    { at: second(38), what: 'failed', code: 'worker-silent' },
    { at: second(900), what: 'retried by hand' },
    { at: second(901), what: 'claimed', owner: 'processor-1' },
  ]);

  expect(recoveryTimes([job], { kills: [killAt('processor-1', 1)], ...noOffset })).toEqual([
    expect.objectContaining({ seconds: 37 }),
  ]);
});

test('A quantile is a value that was measured', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([7], 0.99), quantile([], 0.99)]).toEqual([
    50, 99, 7, 0,
  ]);
});
