import { availableParallelism } from 'node:os';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

/** SIMULATION_SEEDS and SIMULATION_FROM choose others; `npm run simulate` runs as many as you like. */
const seeds = Number(process.env.SIMULATION_SEEDS ?? 2_000);
const from = Number(process.env.SIMULATION_FROM ?? 1);
const MINUTE = 60_000;

describe('a simulated world', () => {
  it(
    `comes to rest with every invariant kept, under each of ${seeds} seeds`,
    async () => {
      const begunAt = performance.now();
      const summary = await runSeeds({
        from,
        count: seeds,
        uploads: 50,
        threads: availableParallelism(),
        onSeed: () => undefined,
      });
      const rate = seeds / ((performance.now() - begunAt) / 1000);
      console.info(
        `${seeds} seeds from ${from}, ${summary.effects} effects, ${rate.toFixed(1)} seeds a second; ` +
          `replay one with: npm run simulate -- --replay SEED`,
      );
      expect(summary.failed).toEqual([]);
      // A world in which next to nothing happens keeps every invariant too.
      expect(summary.effects / seeds).toBeGreaterThan(1_000);
    },
    20 * MINUTE,
  );

  it('runs the same way twice under one seed, and another way under another', async () => {
    const [first, again, other] = [
      await runSeed(77, { uploads: 50 }),
      await runSeed(77, { uploads: 50 }),
      await runSeed(78, { uploads: 50 }),
    ];
    expect(again.traceHash).toBe(first.traceHash);
    expect(again.effects).toHaveLength(first.effects.length);
    expect(other.traceHash).not.toBe(first.traceHash);
  });
});
