import type { JobRow } from '@edf-pipeline/ledger';
import { carryOutPlan } from './client.ts';
import type { UploadPlan } from './client.ts';
import { undisturbed } from './network.ts';
import { createRandom } from './random.ts';
import type { RecordingContent } from './services/recording-body.ts';
import { simulationSettings } from './settings.ts';
import type { World, WorldSettings } from './world.ts';
import { createWorld } from './world.ts';

/** One process of each role is enough for one recording. */
export const undisturbedSettings: WorldSettings = {
  ...simulationSettings,
  processes: { gateways: 1, dispatchers: 1, workers: 1 },
  slotsPerWorker: 1,
};

/** A world in which nothing goes wrong and nothing takes time on its way. */
export function createUndisturbedWorld(
  seed = 0,
  change: Partial<Parameters<typeof createWorld>[0]> = {},
): World {
  const world = createWorld({
    random: createRandom(seed),
    settings: undisturbedSettings,
    fateOf: () => () => undisturbed,
    indexLagMs: () => 0,
    notifyAfterMs: () => [10],
    restartSeconds: () => 1,
    wallOf: () => ({ offsetSeconds: 0, drift: 0 }),
    ...change,
  });
  world.isBusy = false;
  return world;
}

export const planOf = (content: RecordingContent, change: Partial<UploadPlan> = {}): UploadPlan => ({
  name: 'upload-1',
  tenant: 'acme',
  content,
  startSeconds: 0,
  declares: 'nothing',
  givesUp: 'never',
  completesTwice: false,
  announcesTwice: false,
  sendsAgainAfterSeconds: null,
  afterwards: [],
  ...change,
});

const known = new Map<number, string>();

/** sha256 of the manifest that the product makes of a recording when nothing happens to it. */
export async function manifestOfUndisturbed(content: RecordingContent): Promise<string> {
  const remembered = known.get(content.number);
  if (remembered !== undefined) return remembered;
  const world = createUndisturbedWorld();
  await world.start();
  void carryOutPlan(world, planOf(content));
  const job = () => world.services.ledger.items().find(({ sk }) => sk === 'JOB')?.data as JobRow | undefined;
  await world.time.run(() => job()?.phase === 'done', 3_600_000);
  const sum = job()?.result?.manifestSha256;
  if (sum === undefined) throw new Error(`recording ${content.number} has no result in an undisturbed run`);
  known.set(content.number, sum);
  return sum;
}
