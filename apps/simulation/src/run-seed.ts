import type { ChaosSettings } from './chaos.ts';
import { chaosSettings, createChaos } from './chaos.ts';
import type { Violation } from './violation.ts';
import { checkInvariants } from './check-invariants.ts';
import type { UploadPlan } from './client.ts';
import { carryOutPlan } from './client.ts';
import { finalStateOf } from './final-state.ts';
import { askForWhatFailed, hasNoJobs } from './operator.ts';
import { drawPlans } from './plans.ts';
import { createRandom } from './random.ts';
import { simulationSettings } from './settings.ts';
import { manifestOfUndisturbed } from './undisturbed.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';
import type { Effect } from './history.ts';

export interface SeedRun {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly traceHash: string;
  readonly effects: readonly Effect[];
  readonly log: World['log'];
  /** Virtual time that passed, in seconds. */
  readonly seconds: number;
}

export interface SeedOptions {
  readonly uploads: number;
  readonly chaos?: ChaosSettings;
}

const HOUR = 3_600_000;
/** Longer than an upload's life and a tombstone's second look, with a clock that is an hour off. */
const LIMIT_MS = 40 * HOUR;

/** One world from its begin to its rest, with everything that a seed lets go wrong, and what the checker says. */
export async function runSeed(
  seed: number,
  { uploads, chaos: chaosOptions = chaosSettings }: SeedOptions,
): Promise<SeedRun> {
  const random = createRandom(seed);
  const chaos = createChaos(random.fork(), chaosOptions);
  // With several slots a poisonous file takes its neighbours' attempts with it.
  const settings = { ...simulationSettings, slotsPerWorker: random.between(1, 2) };
  const world = createWorld({
    random: random.fork(),
    settings,
    fateOf: () => chaos.fateOf,
    indexLagMs: chaos.indexLagMs,
    notifyAfterMs: chaos.notifyAfterMs,
    restartSeconds: chaos.restartSeconds,
    wallOf: chaos.wallOf,
  });
  const plans = drawPlans(random.fork(), uploads, Object.keys(settings.limits), chaosOptions.seconds * 0.6);
  await world.start();
  chaos.unleash(world);
  const calmAt = chaosOptions.seconds * 1000;
  await untilDone(world, plans);
  await askForWhatFailed(world, LIMIT_MS);
  await world.time.run(() => isAtRest(world), LIMIT_MS);
  const manifests = await manifestsFor(world);
  const final = finalStateOf(
    world,
    calmAt,
    (number) => manifests.get(number) ?? 'none',
    settings.slotsPerWorker === 1,
  );
  const { effects } = world.history;
  return {
    seed,
    violations: checkInvariants(final, effects),
    traceHash: world.history.hash(),
    effects,
    log: world.log,
    seconds: world.time.now() / 1000,
  };
}

/** People do what they planned, and then everything that can go on by itself goes on. */
async function untilDone(world: World, plans: readonly UploadPlan[]): Promise<void> {
  let open = plans.length;
  for (const plan of plans) void carryOutPlan(world, plan).then(() => (open -= 1));
  await world.time.run(() => open === 0 && !world.isBusy && hasNoJobs(world), LIMIT_MS);
}

/** Nothing is left that has a time at which it must be looked at. */
const isAtRest = (world: World) => world.isQuiet() && world.services.ledger.nextDue() === null;

async function manifestsFor(world: World): Promise<Map<number, string>> {
  const manifests = new Map<number, string>();
  for (const { body } of world.services.objects.versions()) {
    if (body instanceof Uint8Array || body.content.kind !== 'good' || manifests.has(body.content.number))
      continue;
    manifests.set(body.content.number, await manifestOfUndisturbed(body.content));
  }
  return manifests;
}
