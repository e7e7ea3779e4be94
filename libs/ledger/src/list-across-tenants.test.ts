import { cancelJob } from './cancel.ts';
import { continueDeletion, requestDeletion } from './delete-recording.ts';
import { failRange } from './fail.ts';
import type { FailureCause } from './indexes.ts';
import type { FoundAcross } from './list-across-tenants.ts';
import { failureCauses, listFailed, listLive, quarantineCauses } from './list-across-tenants.ts';
import { retryJob } from './retry.ts';
import { accepted, recordingNow, running } from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';
import { expireJob } from './wake-job.ts';

async function failed(world: World, tenant: string, failure: 'bad' | 'worse' | 'crash') {
  const scene = await running(world, { tenant });
  const code = failure === 'crash' ? 'worker-silent' : failure;
  const failureClass = failure === 'crash' ? 'timeout' : 'invalid_input';
  await failRange(world.ledger, scene.lease, { class: failureClass, code, message: 'M.' });
  world.clock.advance(1);
  return scene;
}

const idsOf = ({ rows }: FoundAcross) => rows.map(({ row }) => row.id);

/** All pages of a list, one row each. */
async function everyPage(list: (after?: string) => Promise<FoundAcross>): Promise<string[]> {
  const ids: string[] = [];
  let place: string | undefined;
  do {
    const page = await list(place);
    ids.push(...idsOf(page));
    place = page.place ?? undefined;
  } while (place !== undefined);
  return ids;
}

describeOnEachStore('failed jobs of all tenants', (make) => {
  it('are listed by cause, within it by code and the newest first, on any size of page', async () => {
    const world = make();
    const bad = await failed(world, 'acme', 'bad');
    const silent = await failed(world, 'beta', 'crash');
    const worse = await failed(world, 'beta', 'worse');
    const badAgain = await failed(world, 'gamma', 'bad');
    const expected = [silent, worse, badAgain, bad].map(({ jobId }) => jobId);
    const list = (limit: number) =>
      everyPage((after) => listFailed(world.ledger, failureCauses, undefined, { limit, after }));
    for (const limit of [1, 2, 3, 100]) expect(await list(limit)).toEqual(expected);
  });

  it('are listed by one cause, and by one code of it that others begin with', async () => {
    const world = make();
    await failed(world, 'acme', 'crash');
    const { jobId } = await failed(world, 'acme', 'bad');
    await failed(world, 'beta', 'worse');
    const of = async (cause: FailureCause, code?: string) =>
      idsOf(await listFailed(world.ledger, [cause], code, { limit: 9 }));
    expect(await of('invalid_input', 'bad')).toEqual([jobId]);
    expect(await of('invalid_input', 'ba')).toEqual([]);
    expect(await of('invalid_input')).toHaveLength(2);
    expect(await of('crash')).toEqual([]);
  });

  it('leave the list when they are tried again, and when their recording is deleted', async () => {
    const world = make();
    const retried = await failed(world, 'acme', 'bad');
    const deleted = await failed(world, 'beta', 'bad');
    await retryJob(world.ledger, 'acme', retried.jobId);
    expect(idsOf(await listFailed(world.ledger, failureCauses, undefined, { limit: 9 }))).toEqual([
      deleted.jobId,
    ]);
    await requestDeletion(world.ledger, 'beta', deleted.recordingId);
    await continueDeletion(world.ledger, world.objects, recordingNow(world, deleted.recordingId));
    expect(idsOf(await listFailed(world.ledger, failureCauses, undefined, { limit: 9 }))).toEqual([]);
  });

  it('are in quarantine unless the file was the cause', async () => {
    const world = make();
    await failed(world, 'acme', 'bad');
    const { jobId } = await failed(world, 'acme', 'crash');
    const waited = await accepted(world);
    world.clock.advance(15 * 86_400);
    await expireJob(world.ledger, 'acme', waited.jobId);
    expect(idsOf(await listFailed(world.ledger, quarantineCauses, undefined, { limit: 9 }))).toEqual([jobId]);
    expect(idsOf(await listFailed(world.ledger, ['expired'], undefined, { limit: 9 }))).toEqual([
      waited.jobId,
    ]);
  });
});

describeOnEachStore('live jobs of all tenants', (make) => {
  it('are all found by status, whatever else is due, on any size of page', async () => {
    const world = make();
    const held = await running(world, { tenant: 'acme' });
    const waiting = await Promise.all(['acme', 'beta', 'gamma'].map((tenant) => accepted(world, { tenant })));
    const canceled = await accepted(world, { tenant: 'beta' });
    await cancelJob(world.ledger, 'beta', canceled.jobId);
    const list = (limit: number) =>
      everyPage((after) => listLive(world.ledger, ['queued'], { limit, after })).then((ids) => ids.sort());
    for (const limit of [1, 2, 100])
      expect(await list(limit)).toEqual(waiting.map(({ jobId }) => jobId).sort());
    expect(idsOf(await listLive(world.ledger, ['running', 'canceling'], { limit: 9 }))).toEqual([held.jobId]);
  });
});
