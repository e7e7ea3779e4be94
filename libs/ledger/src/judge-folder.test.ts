import { cancelJob } from './cancel.ts';
import { commitResult } from './commit.ts';
import { continueDeletion, requestDeletion } from './delete-recording.ts';
import { endUpload } from './end-upload.ts';
import { judgeFolder } from './judge-folder.ts';
import { folderOfKey, resultPrefix, sourceKey } from './keys.ts';
import { loseLease } from './lose-lease.ts';
import { sweepDue } from './sweep-due.ts';
import {
  accepted,
  claimedAgain,
  created,
  rangeNow,
  recordingNow,
  resultOf,
  running,
} from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';

const UPLOAD = 'upl_01JABCDEFGHJKMNPQRSTVWXYZ0';
const JOB = 'job_01JABCDEFGHJKMNPQRSTVWXYZ0';

const judged = (world: World, key: string) => {
  const folder = folderOfKey(key);
  if (!folder) throw new Error(`${key} is no key of ours`);
  return judgeFolder(world.ledger, folder);
};

describe('the folder of a key', () => {
  it.each([
    [`source/acme/${UPLOAD}/source.edf`, `source/acme/${UPLOAD}/`],
    [`work/acme/${JOB}/plan/00001`, `work/acme/${JOB}/`],
    [`results/acme/${JOB}/12/report.json`, `results/acme/${JOB}/12/`],
  ])('%s is %s', (key, prefix) => {
    expect(folderOfKey(key)?.prefix).toBe(prefix);
  });

  it.each([
    'source/acme/source.edf',
    `source/ACME/${UPLOAD}/source.edf`,
    `source/acme/${JOB}/source.edf`,
    `work/acme/${UPLOAD}/x`,
    `results/acme/${JOB}/report.json`,
    `results/acme/${JOB}/1x/report.json`,
    `results/../${JOB}/1/report.json`,
    `backup/acme/${UPLOAD}/source.edf`,
    'source/',
    '',
  ])('of %p is none: it is nothing that we made, and never deleted', (key) => {
    expect(folderOfKey(key)).toBeNull();
  });
});

describeOnEachStore('objects in the store', (make) => {
  it('of uploads and jobs that the ledger does not know are orphans', async () => {
    const world = make();
    expect(await judged(world, `source/acme/${UPLOAD}/source.edf`)).toBe('no-upload');
    expect(await judged(world, `work/acme/${JOB}/plan/0`)).toBe('no-job');
    expect(await judged(world, `results/acme/${JOB}/1/report.json`)).toBe('no-job');
  });

  it('of another tenant’s upload are orphans under a wrong tenant', async () => {
    const world = make();
    const { upload } = await accepted(world);
    expect(await judged(world, sourceKey('acme', upload.id))).toBeNull();
    expect(await judged(world, sourceKey('beta', upload.id))).toBe('no-upload');
  });

  it('of an upload are kept while it is open, and while the sweep will clean up after it', async () => {
    const world = make();
    const { id } = await created(world);
    expect(await judged(world, sourceKey('acme', id))).toBeNull();
    await endUpload(world.ledger, 'acme', id, 'aborted', null);
    expect(await judged(world, sourceKey('acme', id))).toBeNull();
    for (let pass = 0; pass < 3; pass++) {
      world.clock.advance(86_400);
      await sweepDue(world.deps);
    }
    expect(await judged(world, sourceKey('acme', id))).toBe('upload-ended');
  });

  it('of a job are orphans under an epoch that was fenced off, and under none that may be published', async () => {
    const world = make();
    const first = await running(world);
    const { jobId, lease } = first;
    expect(await judged(world, `${resultPrefix('acme', jobId, lease.epoch)}report.json`)).toBeNull();
    await loseLease(world.ledger, rangeNow(world, jobId), {
      class: 'infrastructure',
      code: 'gone',
      message: 'M.',
    });
    const second = await claimedAgain(world, jobId);
    expect(await judged(world, `${resultPrefix('acme', jobId, lease.epoch)}report.json`)).toBe('old-epoch');
    expect(await judged(world, `${resultPrefix('acme', jobId, second.epoch)}report.json`)).toBeNull();
    await commitResult(world.ledger, second, first.recordingId, resultOf(second));
    expect(await judged(world, `${resultPrefix('acme', jobId, lease.epoch)}report.json`)).toBe('old-epoch');
    expect(await judged(world, `${resultPrefix('acme', jobId, second.epoch)}report.json`)).toBeNull();
    expect(await judged(world, `work/acme/${jobId}/plan/0`)).toBe('job-ended');
  });

  it('of a job that ended without a result are orphans', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    expect(await judged(world, `work/acme/${jobId}/plan/0`)).toBeNull();
    await cancelJob(world.ledger, 'acme', jobId);
    expect(await judged(world, `results/acme/${jobId}/1/report.json`)).toBe('no-result');
  });

  it('of a deleted recording are orphans once the deletion has looked twice', async () => {
    const world = make();
    const { upload, recordingId } = await accepted(world);
    await requestDeletion(world.ledger, 'acme', recordingId);
    await continueDeletion(world.ledger, world.objects, recordingNow(world, recordingId));
    expect(await judged(world, upload.key)).toBeNull();
    world.clock.advance(2 * 86_400);
    await sweepDue(world.deps);
    expect(await judged(world, upload.key)).toBe('recording-deleted');
  });
});
