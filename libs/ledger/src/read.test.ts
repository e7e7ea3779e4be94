import { admitJobs } from './admit.ts';
import { cancelJob } from './cancel.ts';
import { claimRange } from './claim.ts';
import { commitResult } from './commit.ts';
import { continueDeletion, requestDeletion } from './delete-recording.ts';
import { endUpload } from './end-upload.ts';
import { finalizeUpload } from './finalize-upload.ts';
import { heartbeat } from './heartbeat.ts';
import { auditKey } from './keys.ts';
import { StoreUnavailable } from './ledger-store.ts';
import { writePolicy } from './policy.ts';
import {
  changedSince,
  listJobs,
  listRecordings,
  listUploads,
  readJob,
  readRecording,
  readUpload,
  writeAudit,
} from './read.ts';
import { recoverFromGone, sweepDue } from './sweep-due.ts';
import {
  accepted,
  created,
  dispatched,
  jobNow,
  rangeNow,
  recordingNow,
  resultOf,
  running,
  sendBytes,
} from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';

const progress = { stage: 'checking', doneBytes: 1, totalBytes: 1_000 } as const;
const feed = async (world: World, from = '', limit = 100, tenant = 'acme') =>
  (await changedSince(world.ledger, tenant, from, limit)).map(({ kind, id }) => `${kind} ${id}`);

describeOnEachStore('reading', (make) => {
  it('answers rows of the own tenant only', async () => {
    const world = make();
    const { upload, recordingId, jobId } = await accepted(world);
    for (const [tenant, isThere] of [
      ['acme', true],
      ['beta', false],
    ] as const) {
      const found = [
        await readUpload(world.ledger, tenant, upload.id),
        await readRecording(world.ledger, tenant, recordingId),
        await readJob(world.ledger, tenant, jobId),
      ];
      expect(found.map((each) => each !== null)).toEqual([isThere, isThere, isThere]);
    }
  });

  it('answers a job with its range, under a version that grows with either', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    const before = await readJob(world.ledger, 'acme', jobId);
    expect(before).toMatchObject({ row: jobNow(world, jobId), ranges: [rangeNow(world, jobId)] });
    await heartbeat(world.ledger, lease, progress);
    expect((await readJob(world.ledger, 'acme', jobId))?.version).toBe((before?.version ?? 0) + 1);
    await cancelJob(world.ledger, 'acme', jobId);
    expect((await readJob(world.ledger, 'acme', jobId))?.version).toBe((before?.version ?? 0) + 3);
  });

  it('lists newest first, page after page, each row once', async () => {
    const world = make();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      if (index % 2) world.clock.advance(1);
      ids.unshift((await accepted(world)).recordingId);
    }
    const seen: string[] = [];
    let olderThan: string | undefined;
    for (let page = 0; page < 3; page++) {
      const listed = await listRecordings(world.ledger, 'acme', { limit: 2, olderThan });
      seen.push(...listed.rows.map(({ row }) => row.id));
      olderThan = listed.olderThan ?? undefined;
    }
    expect(seen).toEqual(ids);
    expect(olderThan).toBeUndefined();
    expect((await listRecordings(world.ledger, 'beta', { limit: 2 })).rows).toEqual([]);
  });

  it('lists open uploads, jobs by status, and no recording that is deleted', async () => {
    const world = make();
    const open = await created(world);
    const { jobId, recordingId } = await accepted(world);
    const statusOf = async (status: 'queued' | 'canceled') =>
      (await listJobs(world.ledger, 'acme', status, { limit: 9 })).rows.length;
    expect(
      (await listUploads(world.ledger, 'acme', 'open', { limit: 9 })).rows.map(({ row }) => row.id),
    ).toEqual([open.id]);
    expect((await listUploads(world.ledger, 'acme', 'all', { limit: 9 })).rows).toHaveLength(2);
    expect([await statusOf('queued'), await statusOf('canceled')]).toEqual([1, 0]);
    await cancelJob(world.ledger, 'acme', jobId);
    expect([await statusOf('queued'), await statusOf('canceled')]).toEqual([0, 1]);
    expect((await listJobs(world.ledger, 'acme', undefined, { limit: 9 })).rows).toHaveLength(1);
    await requestDeletion(world.ledger, 'acme', recordingId);
    expect((await listRecordings(world.ledger, 'acme', { limit: 9 })).rows).toHaveLength(1);
    await continueDeletion(world.ledger, world.objects, recordingNow(world, recordingId));
    expect((await listRecordings(world.ledger, 'acme', { limit: 9 })).rows).toHaveLength(0);
  });

  it('notes an access, and lets it not happen when it cannot be noted', async () => {
    const world = make();
    const entry = {
      tenant: 'acme',
      subject: 'user-1',
      action: 'recording.read',
      objectId: 'rec_1',
      from: '::1',
    } as const;
    await writeAudit(world.ledger, entry);
    expect(world.store.rows('audit')).toEqual([{ kind: 'audit', ...entry, at: '2026-01-01T00:00:00.000Z' }]);
    expect(world.store.items()[0]).toMatchObject({
      pk: auditKey('acme', '2026-01-01', '').pk,
      expiresAt: 1_956_960_000,
    });
    const store = {
      ...world.ledger.store,
      write: () => Promise.reject(new StoreUnavailable('store-unavailable', '')),
    };
    await expect(writeAudit({ ...world.ledger, store }, entry)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describeOnEachStore('the feed of changes', (make) => {
  it('tells each object at its newest change, in the order of change', async () => {
    const world = make();
    const first = await created(world);
    world.clock.advance(1);
    const second = await created(world);
    world.clock.advance(1);
    expect(await feed(world)).toEqual([`upload ${first.id}`, `upload ${second.id}`]);
    await endUpload(world.ledger, 'acme', first.id, 'aborted', null);
    expect(await feed(world)).toEqual([`upload ${second.id}`, `upload ${first.id}`]);
    expect(await feed(world, '', 1)).toEqual([`upload ${second.id}`]);
    expect(await feed(world, '', 100, 'beta')).toEqual([]);
  });

  it('tells every change of an upload, a recording, a job and a range to a reader that keeps its place', async () => {
    const world = make();
    let from = '';
    const news = async () => {
      const changes = await changedSince(world.ledger, 'acme', from, 100);
      from = `${changes.at(-1)?.position ?? from}\u0000`;
      return [...new Set(changes.map(({ kind }) => kind))].sort();
    };
    const step = async <T>(act: () => Promise<T>): Promise<T> => {
      world.clock.advance(1);
      return act();
    };
    const upload = await step(() => created(world));
    expect(await news()).toEqual(['upload']);
    sendBytes(world, upload);
    await step(() => finalizeUpload(world.deps, 'acme', upload.id, true));
    expect(await news()).toEqual(['job', 'recording', 'upload']);
    const { work } = await step(async () => {
      const [admitted] = await admitJobs(world.ledger, 'small', 1);
      if (!admitted) throw new Error('nothing was admitted');
      return { work: { ...admitted, range: 0 } };
    });
    expect(await news()).toEqual(['job']);
    const claim = await step(() => claimRange(world.ledger, work, 'w'));
    expect(await news()).toEqual(['job']);
    if (claim.outcome !== 'claimed') throw new Error(claim.reason);
    await step(() => heartbeat(world.ledger, claim.lease, progress));
    expect(await changedSince(world.ledger, 'acme', from, 9)).toMatchObject([
      { kind: 'job', id: upload.jobId },
    ]);
    expect(await news()).toEqual(['job']);
    await step(() => requestDeletion(world.ledger, 'acme', upload.recordingId));
    expect(await news()).toEqual(['recording']);
    expect(await news()).toEqual([]);
  });

  it('tells a recording of its result together with the job that gave it', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    world.clock.advance(1);
    const from = world.clock.now().toISOString();
    await commitResult(world.ledger, lease, recordingId, resultOf(lease));
    expect(await feed(world, from)).toEqual([`job ${jobId}`, `recording ${recordingId}`]);
  });

  it('tells no recording and no job of an upload whose bytes were here already', async () => {
    const world = make();
    await accepted(world, {}, 'same');
    world.clock.advance(1);
    const from = world.clock.now().toISOString();
    const { upload } = await accepted(world, {}, 'same');
    expect(await feed(world, from)).toEqual([`upload ${upload.id}`]);
  });

  it('tells progress by the stage and the whole percent', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    const news: number[] = [];
    for (const doneBytes of [0, 5, 9, 10, 19, 20, 20]) {
      world.clock.advance(1);
      const from = world.clock.now().toISOString();
      await heartbeat(world.ledger, lease, { stage: 'analysing', doneBytes, totalBytes: 1_000 });
      const told = await feed(world, from);
      if (told.includes(`job ${jobId}`)) news.push(doneBytes);
      expect(rangeNow(world, jobId).progress.doneBytes).toBe(doneBytes);
    }
    expect(news).toEqual([0, 10, 20]);
  });

  it('tells what changed in one instant to a reader that asks from that instant', async () => {
    const world = make();
    const uploads = [await created(world), await created(world), await created(world)];
    const [first] = await changedSince(world.ledger, 'acme', '', 1);
    const rest = await feed(world, first?.position ?? '');
    expect(rest).toEqual(uploads.map(({ id }) => `upload ${id}`));
  });
});

describeOnEachStore('recovery at start', (make) => {
  it('takes back at once what the gone held, and charges an eviction, no crash', async () => {
    const world = make();
    const held = await running(world, {}, 'gone-1');
    const other = await running(world, {}, 'alive-1');
    const handedOut = await dispatched(world);
    const count = await recoverFromGone(world.deps, (name) => name === 'gone-1' || name === 'executor-1');
    expect(count).toBe(2);
    expect(jobNow(world, held.jobId)).toMatchObject({ phase: 'backlog', evictions: 1, crashes: 0 });
    expect(jobNow(world, other.jobId)).toMatchObject({ phase: 'running', evictions: 0 });
    expect(jobNow(world, handedOut.jobId)).toMatchObject({ phase: 'backlog', lostDispatches: 0 });
    expect(await heartbeat(world.ledger, held.lease, progress)).toBe('lost');
  });

  it('asks the executor about work that was on its way to it', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    await admitJobs(world.ledger, 'small', 1);
    expect(await recoverFromGone(world.deps, () => true)).toBe(1);
    expect(world.asked).toEqual([jobId]);
    expect(jobNow(world, jobId).phase).toBe('dispatching');
  });

  it('leaves what it does not know, and finds more than one page of rows', async () => {
    const world = make();
    await dispatched(world);
    expect(await recoverFromGone(world.deps, () => false)).toBe(0);
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 10_000 });
    for (let index = 0; index < 3_400; index++) await accepted(world);
    const admitted = await admitJobs(world.ledger, 'small', 3_400);
    expect(admitted).toHaveLength(3_400);
    expect(await recoverFromGone(world.deps, () => false)).toBe(3_400);
    world.clock.advance(301);
    world.asked.length = 0;
    expect(await sweepDue(world.deps)).toBe(3_401);
    expect(new Set(world.asked).size).toBe(3_401);
  }, 30_000);
});
