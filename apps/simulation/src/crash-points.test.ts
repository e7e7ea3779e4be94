import { availableParallelism } from 'node:os';
import { runCrashPoints } from './crash-points.ts';
import { scenarios } from './scenarios.ts';

test('every process dies or hears no answer at every effect of every scenario, at any two of them, and one outcome follows', async () => {
  const reports = await runCrashPoints({ withPairs: true, threads: availableParallelism() });
  for (const { scenario, effects, points, pairs } of reports)
    console.info(`${scenario}: ${effects} effects, ${points} single points, ${pairs} ordered pairs`);

  expect(reports.map(({ failed }) => failed)).toEqual(scenarios.map(() => []));
  for (const { effects, points, pairs } of reports) {
    expect(effects).toBeGreaterThanOrEqual(9);
    expect(points).toBe(3 * effects);
    expect(pairs).toBeGreaterThan(points);
  }
}, 1_200_000);
