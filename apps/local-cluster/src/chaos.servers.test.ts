import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runChaos } from './chaos/run-chaos.ts';

// The long run is `npm run chaos`; a lease of ten seconds makes this one short.
test('120 uploads through 12 kills and three losses of Redis become exactly what they become undisturbed', async () => {
  const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
  const folder = mkdtempSync(path.join(tmpdir(), 'edf-chaos-'));
  console.info(`CHAOS_SEED=${seed}, logs in ${folder}`);

  const { violations, figures } = await runChaos({
    uploads: 120,
    kills: 12,
    seed,
    freezes: 1,
    losses: 1,
    harmShare: 0.6,
    leaseSeconds: 10,
    stepPatienceSeconds: 3,
    drainSeconds: 0,
    folder,
    say: () => undefined,
  });

  console.info(JSON.stringify(figures));
  // The long run counts as broken too a recovery that takes too long, and a queue that does not drain: here a dozen on
  // a busy machine say little.
  const isOfTheLongRun = (violation: string) => /recovery p99|left in the queue/.test(violation);
  expect(violations.filter((violation) => !isOfTheLongRun(violation))).toEqual([]);
  expect(figures).toMatchObject({ uploads: 120, kills: 12, quarantinedThenRetried: expect.any(Number) });
  // Kept where something was wrong.
  rmSync(folder, { recursive: true });
}, 400_000);
