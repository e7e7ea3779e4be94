import fc from 'fast-check';
import { createMemoryLedgerStore } from './memory-store.ts';
import type { Step } from './test-support/actors.ts';
import { createActors, verbs } from './test-support/actors.ts';
import type { Faults, FaultyStore } from './test-support/faulty-store.ts';
import { createFaultyStore, noFaults } from './test-support/faulty-store.ts';
import { seededRandom } from './test-support/random.ts';
import type { World } from './test-support/world.ts';
import { createWorld } from './test-support/world.ts';

const SCHEDULES = 1_000;
const STEPS = 120;
const SEED = 20_260_101;

const stepOf: fc.Arbitrary<Step> = fc.record({
  actor: fc.constantFrom(0 as const, 1 as const),
  verb: fc.constantFrom(...verbs),
  pick: fc.nat(1_000),
});
const schedule = fc.array(stepOf, { minLength: STEPS, maxLength: STEPS, size: 'max' });

const hardTimes: Faults = {
  lostRequest: 0.05,
  lostResponse: 0.1,
  lateRequest: 0.05,
  conflict: 0.1,
  lostRead: 0.03,
  staleQuery: 0.3,
};

interface Run {
  readonly world: World;
  readonly faulty: FaultyStore;
  readonly told: ReadonlyMap<string, number>;
}

/** Runs the steps under faults, two at a time, and then lets everything come to rest without faults. */
async function run(steps: readonly Step[], faults: Faults, seed: number): Promise<Run> {
  const random = seededRandom(seed);
  let faulty: FaultyStore | undefined;
  const world = createWorld(createMemoryLedgerStore(), {
    seed,
    disturb: (store) => (faulty = createFaultyStore(store, random)),
  });
  if (!faulty) throw new Error('there is no faulty store');
  const actors = createActors(world);
  faulty.faults = faults;
  for (let index = 0; index < steps.length; index += 2) {
    await Promise.all(steps.slice(index, index + 2).map((step) => actors.take(step)));
  }
  world.store.assertRules();
  faulty.faults = noFaults;
  world.errors.length = 0;
  await actors.settle();
  expect(world.errors).toEqual([]);
  return { world, faulty, told: actors.told };
}

/** Everything has come to an end, each in one way, and what was announced has been told. */
function assertRest({ world, told }: Run): void {
  const { store, objects } = world;
  store.assertRules();
  expect(store.items().filter(({ indexes }) => indexes.due)).toEqual([]);
  expect(store.rows('outbox')).toEqual([]);
  for (const entry of store.announced) expect(told.get(entry.id)).toBeGreaterThanOrEqual(1);
  const countOf = (type: string, id: string) =>
    store.announced.filter((entry) => entry.type === type && entry.objectId === id).length;
  for (const upload of store.rows('upload')) {
    expect(['completed', 'rejected', 'aborted', 'expired']).toContain(upload.status);
    expect(countOf('upload.completed', upload.id)).toBe(upload.status === 'completed' ? 1 : 0);
    const recording = store.rows('recording').find(({ id }) => id === upload.recordingId);
    const hasBytes = objects.keys(`source/${upload.tenant}/${upload.id}/`).length > 0;
    expect(hasBytes).toBe(recording !== undefined && recording.status === 'available');
  }
  for (const job of store.rows('job')) {
    expect(job.phase).toBe('done');
    expect(countOf('job.succeeded', job.id)).toBe(job.status === 'succeeded' ? 1 : 0);
    expect(job.history.filter(({ what }) => what === 'committed')).toHaveLength(
      job.status === 'succeeded' ? 1 : 0,
    );
    if (job.result) expect(objects.keys(job.result.prefix)).toHaveLength(1);
  }
  for (const recording of store.rows('recording')) {
    expect(['available', 'deleted']).toContain(recording.status);
    expect(countOf('recording.deleted', recording.id)).toBe(recording.status === 'deleted' ? 1 : 0);
    if (recording.status === 'deleted')
      expect(objects.keys(`results/${recording.tenant}/${recording.jobId}/`)).toEqual([]);
  }
  const available = store.rows('recording').filter(({ status }) => status === 'available');
  expect(new Set(available.map(({ tenant, source }) => `${tenant}/${source.contentId}`)).size).toBe(
    available.length,
  );
}

describe('random schedules of two gateways, two dispatchers and two workers', () => {
  it(`keep every rule and come to one end, ${SCHEDULES} of ${STEPS} steps under faults (seed ${SEED})`, async () => {
    let faults = 0;
    const ends = new Map<string, number>();
    const property = fc.asyncProperty(schedule, fc.nat(), async (steps, seed) => {
      const ran = await run(steps, hardTimes, seed);
      assertRest(ran);
      faults += ran.faulty.count;
      for (const { status } of [...ran.world.store.rows('job'), ...ran.world.store.rows('upload')]) {
        ends.set(status, (ends.get(status) ?? 0) + 1);
      }
    });
    await fc.assert(property, { numRuns: SCHEDULES, seed: SEED, endOnFailure: false });
    console.info(
      `${SCHEDULES} schedules, ${SCHEDULES * STEPS} steps, ${faults} faults, seed ${SEED}; ends`,
      Object.fromEntries(ends),
    );
    expect(faults).toBeGreaterThan(SCHEDULES * 10);
    // The schedules are worth something only when they reach every end.
    for (const end of ['aborted', 'canceled', 'completed', 'expired', 'failed', 'succeeded']) {
      expect(ends.get(end)).toBeGreaterThan(SCHEDULES / 20);
    }
  }, 120_000);
});
