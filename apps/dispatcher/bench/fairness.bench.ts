// How much longer tenants with little work wait when another one sends very much: `npm run bench -- fairness`. Seconds of
// jobs, not of this machine: a job takes one, and the clock is the bench's.
import { medianWaitBeside } from '../src/test-support/flood.ts';

const alone = await medianWaitBeside(0);
const beside = await medianWaitBeside(10_000);
console.log(
  `| median wait of ten tenants with 10 jobs each, beside one that sent 10,000 before / without it, 8 jobs at a time | ${(beside / alone).toFixed(2)} (${beside} / ${alone} jobs' lengths) | ≤ 2 |`,
);
