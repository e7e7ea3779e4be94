import { admitJobs } from './admit.ts';
import { claimRange } from './claim.ts';
import { commitResult } from './commit.ts';
import { createUpload } from './create-upload.ts';
import { requestDeletion } from './delete-recording.ts';
import { loseDispatch, markDispatched } from './dispatch.ts';
import { acknowledgeCancel } from './fail.ts';
import { finalizeUpload } from './finalize-upload.ts';
import { heartbeat } from './heartbeat.ts';
import { createLeaseObserver } from './lease-observer.ts';
import { createMemoryLedgerStore } from './memory-store.ts';
import { relayOutbox } from './outbox.ts';
import { recoverFromGone, sweepDue } from './sweep-due.ts';
import type { SweepDeps } from './sweep-due.ts';
import { Crash, createCrasher } from './test-support/crash.ts';
import type { Crasher, CrashPoint } from './test-support/crash.ts';
import { newUpload, resultOf, sendBytes } from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { createWorld } from './test-support/world.ts';

/** `process`: an upload to its result · `delete`: and its deletion · `delete-running`: deleted while a worker has it. */
type Intent = 'process' | 'delete' | 'delete-running';

interface Stage {
  readonly world: World;
  readonly crasher: Crasher;
  readonly intent: Intent;
  readonly told: Set<string>;
  /** Whether a start takes back at once what the dead had in hand, as on one machine, or only the sweep does. */
  readonly knowsWhoIsGone: boolean;
}

function setUp(intent: Intent, knowsWhoIsGone: boolean): Stage {
  const crasher = createCrasher();
  const world = createWorld(createMemoryLedgerStore(), { disturb: (store) => crasher.store(store) });
  return { world, crasher, intent, told: new Set(), knowsWhoIsGone };
}

/** All processes from their start: what they hold in memory begins and ends here. They act until nothing is left to do. */
async function live({ world, crasher, intent, told, knowsWhoIsGone }: Stage): Promise<void> {
  const { ledger, clock } = world;
  const objects = crasher.objects(world.objects);
  const queue = new Set<string>();
  const deps: SweepDeps = {
    ...world.deps,
    objects,
    observer: createLeaseObserver(ledger.settings.leaseSeconds, clock.seconds),
    checkDispatch: async ({ tenant, id, dispatch }) => {
      const work = { tenant, jobId: id, dispatch };
      await (queue.has(`${id}/${dispatch}`)
        ? markDispatched(ledger, work, 'queue')
        : loseDispatch(ledger, work, true));
    },
  };
  if (knowsWhoIsGone) await recoverFromGone(deps, () => true);

  for (let round = 0; round < 12; round++) {
    const request = newUpload(world, { byteLength: 70_000_000, keyHash: 'key', requestHash: 'request' });
    const answer = await createUpload(ledger, request);
    if (answer.outcome === 'key-reused') throw new Error(answer.outcome);
    const { upload } = answer;
    if (upload.status === 'pending' && round === 0)
      await crasher.effect('client sends', () => sendBytes(world, upload, 'bytes'));
    if (upload.status !== 'completed') await finalizeUpload(deps, upload.tenant, upload.id, true);
    if (intent === 'delete-running') await requestDeletion(ledger, upload.tenant, upload.recordingId);

    await sweepDue(deps);
    const admitted = await admitJobs(ledger, 'small', 5);
    for (const { jobId, dispatch } of admitted)
      await crasher.effect('queue.add', () => queue.add(`${jobId}/${dispatch}`));
    for (const work of admitted) await markDispatched(ledger, work, 'queue');
    for (const work of admitted) {
      const claim = await claimRange(ledger, { ...work, range: 0 }, 'worker');
      if (claim.outcome !== 'claimed') continue;
      if (intent === 'delete-running') await requestDeletion(ledger, upload.tenant, upload.recordingId);
      const progress = { stage: 'analysing', doneBytes: 1, totalBytes: 2 } as const;
      await heartbeat(ledger, claim.lease, progress);
      const result = resultOf(claim.lease);
      await crasher.effect('worker writes', () => world.objects.put(`work/acme/${work.jobId}/1`, 1, 'block'));
      await crasher.effect('worker writes', () =>
        world.objects.put(`${result.prefix}manifest.json`, 1, 'manifest'),
      );
      const committed = await commitResult(ledger, claim.lease, upload.recordingId, result);
      if (committed === 'cancel-requested') await acknowledgeCancel(ledger, claim.lease);
    }
    const isProcessed = world.store.rows('job').some(({ phase }) => phase === 'done');
    if (intent === 'delete' && isProcessed) await requestDeletion(ledger, upload.tenant, upload.recordingId);
    await relayOutbox(ledger, async ({ id }) => void told.add(id));
    clock.advance(31);
  }
  if (intent !== 'process') {
    // What a paused worker wrote after all goes with the second pass.
    const [tombstone] = world.store.rows('recording').filter(({ due }) => due !== null);
    if (tombstone)
      await crasher.effect('worker writes', () =>
        world.objects.put(`work/acme/${tombstone.jobId}/late`, 1, 'late'),
      );
    clock.advance(86_400);
    await sweepDue(deps);
    await relayOutbox(ledger, async ({ id }) => void told.add(id));
  }
}

async function liveThrough(stage: Stage, points: readonly CrashPoint[]): Promise<void> {
  for (const point of points) {
    stage.crasher.start(point);
    await live(stage).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
    stage.world.store.assertRules();
  }
  stage.crasher.start();
  stage.world.errors.length = 0;
  await live(stage);
}

/** The one right outcome, whatever happened on the way. */
function assertOutcome({ world, intent, told }: Stage): void {
  const { store, objects } = world;
  store.assertRules();
  expect(world.errors.filter((error) => !(error instanceof Crash))).toEqual([]);
  expect(store.items().filter(({ indexes }) => indexes.due)).toEqual([]);
  expect(store.announced.filter(({ id }) => !told.has(id))).toEqual([]);
  const [[upload, ...moreUploads], [recording, ...moreRecordings], [job, ...moreJobs]] = [
    store.rows('upload'),
    store.rows('recording'),
    store.rows('job'),
  ];
  expect([moreUploads, moreRecordings, moreJobs]).toEqual([[], [], []]);
  const countOf = (type: string) => store.announced.filter((entry) => entry.type === type).length;
  expect(upload?.status).toBe('completed');
  expect(countOf('upload.completed')).toBe(1);
  if (intent === 'process') {
    expect(recording).toMatchObject({ status: 'available', resultJobId: job?.id });
    expect(job?.status).toBe('succeeded');
    expect(countOf('job.succeeded')).toBe(1);
    expect(objects.keys(job?.result?.prefix ?? 'nowhere')).toHaveLength(1);
    expect(objects.keys('source/')).toEqual([upload?.key]);
    return;
  }
  expect(recording).toMatchObject({
    status: 'deleted',
    resultJobId: null,
    sealedFileName: null,
    source: { contentId: '', versionId: '' },
  });
  expect(job).toMatchObject({ phase: 'done', result: null });
  expect(upload).toMatchObject({ sealedFileName: null });
  expect(store.rows('content')).toEqual([]);
  expect(countOf('recording.deleted')).toBe(1);
  expect(countOf('job.succeeded') + countOf('job.canceled')).toBe(1);
  expect([objects.keys('source/'), objects.keys('work/'), objects.keys('results/')]).toEqual([[], [], []]);
}

async function countEffects(intent: Intent): Promise<number> {
  const stage = setUp(intent, true);
  stage.crasher.start();
  await live(stage);
  assertOutcome(stage);
  return stage.crasher.effects.length;
}

const pointsOf = (effects: number): CrashPoint[] =>
  Array.from({ length: effects }, (_, index) => index + 1).flatMap((effect) => [
    { effect, when: 'before' as const },
    { effect, when: 'after' as const },
  ]);

describe('every process of the pipeline dies', () => {
  it.each(['process', 'delete', 'delete-running'] as const)(
    'at each effect of %s, and one outcome follows',
    async (intent) => {
      const points = pointsOf(await countEffects(intent));
      for (const point of points) {
        for (const knowsWhoIsGone of [false, true]) {
          const stage = setUp(intent, knowsWhoIsGone);
          await liveThrough(stage, [point]);
          assertOutcome(stage);
        }
      }
      console.info(`${intent}: ${points.length / 2} effects, ${points.length} crash points`);
      expect(points.length).toBeGreaterThan(30);
    },
    60_000,
  );

  it('at each effect of delete, and again at each while it recovers, and one outcome follows', async () => {
    const points = pointsOf(await countEffects('delete'));
    for (const first of points) {
      for (const second of points) {
        const stage = setUp('delete', true);
        await liveThrough(stage, [first, second]);
        assertOutcome(stage);
      }
    }
    console.info(`${points.length ** 2} ordered pairs of crash points`);
  }, 120_000);
});
