import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { JobRow, Row, UploadRow } from '@edf-pipeline/ledger';
import type { Violation } from './violation.ts';
import { checkInvariants } from './check-invariants.ts';
import { carryOutPlan } from './client.ts';
import { finalStateOf } from './final-state.ts';
import { askForWhatFailed } from './operator.ts';
import type { Call, FateOf } from './network.ts';
import { undisturbed } from './network.ts';
import type { Scenario } from './scenarios.ts';
import { scenarios } from './scenarios.ts';
import { createUndisturbedWorld, manifestOfUndisturbed, undisturbedSettings } from './undisturbed.ts';
import type { World } from './world.ts';

/**
 * What happens at one effect of a process: it dies before it, it dies after it, or it lives and never hears that it
 * was done.
 */
export type Mishap = 'dies before' | 'dies after' | 'answer lost';

export interface CrashPoint {
  /** Counted from 1, over all processes; for the second of a pair, from the first. */
  readonly effect: number;
  readonly mishap: Mishap;
}

const LIMIT_MS = 60 * 3_600_000;
const mishaps: readonly Mishap[] = ['dies before', 'dies after', 'answer lost'];

export interface PointRun {
  readonly effects: number;
  /** Effects after the first point. */
  readonly effectsAfterFirst: number;
  /** Jobs that were quarantined for two deaths that were not their file's fault, and run again by hand. */
  readonly retried: number;
  readonly violations: readonly Violation[];
}

/** One scenario with something happening at up to two of its effects. */
export async function runPoints(scenario: Scenario, points: readonly CrashPoint[]): Promise<PointRun> {
  let effects = 0;
  let sinceLast = 0;
  let failedReads = scenario.failedReads;
  const left = [...points];
  const fateOf = (call: Call) => {
    if (
      call.service === 'objects' &&
      call.op === 'read' &&
      call.process.name.startsWith('worker') &&
      failedReads > 0
    ) {
      failedReads -= 1;
      return { ...undisturbed, outcome: 'refused' as const };
    }
    if (!call.isChange || isPerson(call)) return undisturbed;
    effects += 1;
    sinceLast += 1;
    const [next] = left;
    if (!next || next.effect !== sinceLast) return undisturbed;
    left.shift();
    sinceLast = 0;
    if (next.mishap === 'answer lost') return { ...undisturbed, outcome: 'answer-lost' as const };
    return { ...undisturbed, dies: next.mishap === 'dies before' ? ('before' as const) : ('after' as const) };
  };
  const { endpoints, times } = scenario;
  const ledger = { ...undisturbedSettings.ledger, ...times };
  const world = createUndisturbedWorld(0, {
    fateOf: (): FateOf => fateOf,
    settings: { ...undisturbedSettings, ledger, endpoints },
  });
  await world.start();
  let isDone = false;
  void carryOutPlan(world, scenario.plan).then(() => (isDone = true));
  await world.time.run(() => isDone && isAtRest(world), LIMIT_MS);
  const deaths = points.filter(({ mishap }) => mishap !== 'answer lost').length;
  // Twice crashed is quarantined, whoever's fault it was: then a person has to say that it is to run again.
  const retried = deaths === 2 ? await askForWhatFailed(world, LIMIT_MS) : 0;
  if (retried > 0) await world.time.run(() => isAtRest(world), LIMIT_MS);
  const manifest = await (scenario.plan.content.kind === 'good'
    ? manifestOfUndisturbed(scenario.plan.content)
    : 'none');
  return {
    effects,
    effectsAfterFirst: points.length > left.length ? sinceLast : 0,
    retried,
    violations: [
      ...checkInvariants(
        finalStateOf(world, 0, () => manifest, false),
        world.history.effects,
      ),
      ...checkOutcome(scenario, world, deaths),
    ],
  };
}

const isPerson = ({ process }: Call) => process.name.startsWith('upload') || process.name === 'operator';

const isAtRest = (world: World) => world.isQuiet() && world.services.ledger.nextDue() === null;

/** What the scenario must come to. */
function checkOutcome({ plan, ends }: Scenario, world: World, deaths: number): Violation[] {
  const rows = world.services.ledger.items().map(({ data }) => data as Row);
  const uploads = rows.filter((row): row is UploadRow => row.kind === 'upload');
  const jobs = rows.filter((row): row is JobRow => row.kind === 'job');
  const upload = uploads[0]?.status;
  const job = jobs[0]?.status ?? null;
  const isExpected = ends.some(
    (end) => end.upload === upload && end.job === job && (end.deaths ?? deaths) === deaths,
  );
  if (uploads.length === 1 && jobs.length <= 1 && isExpected) return [];
  const says = `${uploads.length} uploads, the first ${upload ?? 'missing'}; ${jobs.length} jobs, the first ${job ?? 'missing'}`;
  return [{ invariant: 'I1', subject: plan.name, says }];
}

export interface ScenarioReport {
  readonly scenario: string;
  readonly effects: number;
  readonly points: number;
  readonly pairs: number;
  /** Runs that ended well only after a person had run a quarantined job again. */
  readonly retried: number;
  readonly failed: readonly { readonly plan: string; readonly violations: readonly Violation[] }[];
}

const THREAD = new URL('./crash-thread.main.ts', import.meta.url);

/** Every scenario through its crash points, some at the same time; in the order of `scenarios`. */
export async function runCrashPoints(options: {
  readonly withPairs: boolean;
  readonly threads: number;
}): Promise<ScenarioReport[]> {
  const reports: ScenarioReport[] = [];
  let next = 0;
  const lane = async () => {
    const worker = new Worker(THREAD);
    try {
      while (next < scenarios.length) {
        const index = next++;
        worker.postMessage({ index, withPairs: options.withPairs });
        [reports[index]] = (await once(worker, 'message')) as [ScenarioReport];
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: options.threads }, lane));
  return reports;
}

/**
 * One scenario with every mishap at every effect; with pairs, then also with every mishap at every effect that
 * follows, recovery included.
 */
export async function runScenario(scenario: Scenario, withPairs: boolean): Promise<ScenarioReport> {
  const failed: { plan: string; violations: readonly Violation[] }[] = [];
  let [points, pairs, retried] = [0, 0, 0];
  const attempt = async (...plan: CrashPoint[]) => {
    const run = await runPoints(scenario, plan);
    retried += run.retried;
    const name = plan.map(({ effect, mishap }) => `${mishap} at ${effect}`).join(', then ');
    if (run.violations.length > 0) failed.push({ plan: name, violations: run.violations });
    return run;
  };
  const { effects } = await attempt();
  for (let effect = 1; effect <= effects; effect++) {
    for (const mishap of mishaps) {
      points += 1;
      const first = { effect, mishap };
      const { effectsAfterFirst } = await attempt(first);
      for (let second = 1; withPairs && second <= effectsAfterFirst; second++) {
        for (const again of mishaps) {
          pairs += 1;
          await attempt(first, { effect: second, mishap: again });
        }
      }
    }
  }
  return { scenario: scenario.name, effects, points, pairs, retried, failed };
}
