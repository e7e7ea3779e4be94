// How much longer tenants with little work wait when another one sends very much: `npm run bench -- fairness`. Seconds of
// jobs, not of this machine: a job takes one, and the clock is the bench's. A queue of 200 is the default.
import { WORKERS, medianWaitBeside } from '../src/test-support/flood.ts';

for (const slots of [WORKERS, 200]) {
  const alone = await medianWaitBeside(0, slots);
  const beside = await medianWaitBeside(10_000, slots);
  console.log(
    `| median wait of ten tenants with 10 jobs each, beside one that sent 10,000 before / without it, ${WORKERS} jobs at a time, a queue of ${slots} | ${(beside / alone).toFixed(2)} (${beside} / ${alone} jobs' lengths) | ≤ 2 |`,
  );
}
