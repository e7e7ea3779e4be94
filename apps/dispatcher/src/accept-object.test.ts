import { endUpload, listJobs, listRecordings } from '@edf-pipeline/ledger';
import { acceptObject } from './accept-object.ts';
import { announced, createWorld } from './test-support/world.ts';

const event = (key: string, versionId = 'v1') => ({ key, versionId });

describe('an object event', () => {
  it('about an upload whose bytes are there makes a recording with a job', async () => {
    const world = createWorld();
    const { key, jobId } = await announced(world);
    world.objects.sizes.set(key, 1_000);

    expect(await acceptObject(world.deps, event(key))).toBe('accepted');
    expect(await world.job(jobId)).toMatchObject({
      phase: 'backlog',
      source: { key, versionId: 'v1', byteLength: 1_000 },
    });
  });

  it('that comes again is known as a duplicate, and makes nothing', async () => {
    const world = createWorld();
    const { key } = await announced(world);
    world.objects.sizes.set(key, 1_000);
    await acceptObject(world.deps, event(key));
    const again = await Promise.all([1, 2, 3].map(() => acceptObject(world.deps, event(key))));

    expect(again).toEqual(['duplicate', 'duplicate', 'duplicate']);
    expect((await listRecordings(world.ledger, 'acme', { limit: 10 })).rows).toHaveLength(1);
    expect((await listJobs(world.ledger, 'acme', undefined, { limit: 10 })).rows).toHaveLength(1);
  });

  it('that comes before the object can be seen says so, and changes nothing', async () => {
    const world = createWorld();
    const { key } = await announced(world);

    expect(await acceptObject(world.deps, event(key))).toBe('incomplete');
    world.objects.sizes.set(key, 1_000);
    expect(await acceptObject(world.deps, event(key, 'v2'))).toBe('accepted');
  });

  it('about bytes of another size rejects the upload, however often it comes', async () => {
    const world = createWorld();
    const { key } = await announced(world);
    world.objects.sizes.set(key, 999);

    expect([await acceptObject(world.deps, event(key)), await acceptObject(world.deps, event(key))]).toEqual([
      'rejected',
      'rejected',
    ]);
  });

  it.each(['aborted', 'expired'] as const)('about an upload that is %s accepts nothing', async (status) => {
    const world = createWorld();
    const { key, uploadId } = await announced(world);
    await endUpload(world.ledger, 'acme', uploadId, status, null);
    world.objects.sizes.set(key, 1_000);

    expect(await acceptObject(world.deps, event(key))).toBe('rejected');
    expect((await listRecordings(world.ledger, 'acme', { limit: 10 })).rows).toEqual([]);
  });

  it('about an upload that nobody announced is told apart, and makes nothing', async () => {
    const world = createWorld();
    const key = 'source/acme/upl_01JABCDEFGHJKMNPQRSTVWXYZ0/source.edf';
    world.objects.sizes.set(key, 1_000);

    expect(await acceptObject(world.deps, event(key))).toBe('unknown-upload');
  });

  it('cannot reach an upload of another tenant by naming it under its own', async () => {
    const world = createWorld();
    const { uploadId } = await announced(world, 'acme');
    const key = `source/other/${uploadId}/source.edf`;
    world.objects.sizes.set(key, 1_000);

    expect(await acceptObject(world.deps, event(key))).toBe('unknown-upload');
  });

  it.each([
    'results/acme/job_01JABCDEFGHJKMNPQRSTVWXYZ0/1/report.json',
    'source/acme/upl_01JABCDEFGHJKMNPQRSTVWXYZ0/other.edf',
    'source/ACME/upl_01JABCDEFGHJKMNPQRSTVWXYZ0/source.edf',
    'source/acme/../other/upl_01JABCDEFGHJKMNPQRSTVWXYZ0/source.edf',
    'x/source/acme/upl_01JABCDEFGHJKMNPQRSTVWXYZ0/source.edf',
    '',
  ])('about the key %j, which is none of ours, is left alone', async (key) => {
    const world = createWorld();
    world.objects.sizes.set(key, 1_000);

    expect(await acceptObject(world.deps, event(key))).toBe('foreign-key');
  });
});
