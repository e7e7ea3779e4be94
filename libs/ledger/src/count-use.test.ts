import { countUse } from './count-use.ts';
import type { UseQuestion } from './count-use.ts';
import { endUpload } from './end-upload.ts';
import { requestDeletion } from './delete-recording.ts';
import { sweepDue } from './sweep-due.ts';
import { accepted, created, running } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

const everything: UseQuestion = {
  storedBytes: Infinity,
  openUploads: Infinity,
  uploadsToday: Infinity,
  waitingJobs: Infinity,
  runningJobs: Infinity,
};

describeOnEachStore('counting what a tenant has', (make) => {
  it('counts open uploads, uploads of today, waiting jobs and the bytes of all of them, of this tenant', async () => {
    const world = make();
    await running(world, { byteLength: 40 });
    await accepted(world, { byteLength: 60 });
    world.clock.advance(86_400);
    const { expiresAt } = await created(world, { byteLength: 20 });
    await created(world, { byteLength: 3 });
    await created(world, { byteLength: 5_000, tenant: 'other' });

    expect(await countUse(world.ledger, 'acme', everything)).toEqual({
      storedBytes: 123,
      openUploads: 2,
      nextExpiry: expiresAt,
      uploadsToday: 2,
      waitingJobs: 1,
      runningJobs: 1,
      rowsRead: 8,
    });
  });

  it('counts no more what has ended, nor bytes once they are deleted', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 20 });
    await endUpload(world.ledger, 'acme', upload.id, 'aborted', null);
    const { recordingId } = await accepted(world, { byteLength: 100 });
    const before = await countUse(world.ledger, 'acme', everything);
    await requestDeletion(world.ledger, 'acme', recordingId);

    const whileDeleting = await countUse(world.ledger, 'acme', everything);
    for (let times = 0; times < 3; times++) {
      world.clock.advance(60);
      await sweepDue(world.deps);
    }

    expect([before.openUploads, before.storedBytes, whileDeleting.storedBytes]).toEqual([0, 100, 100]);
    expect(await countUse(world.ledger, 'acme', everything)).toMatchObject({ storedBytes: 0 });
  });

  it('reads no more than up to what is asked for, and nothing nobody asks for', async () => {
    const world = make();
    for (let count = 0; count < 5; count++) await created(world);
    const question = {
      storedBytes: null,
      openUploads: 3,
      uploadsToday: null,
      waitingJobs: 0,
      runningJobs: null,
    };

    expect(await countUse(world.ledger, 'acme', question)).toMatchObject({
      storedBytes: 0,
      openUploads: 3,
      uploadsToday: 0,
      rowsRead: 3,
    });
  });

  it('goes on behind the first page of an index', async () => {
    const world = make();
    for (let count = 0; count < 1_001; count++) await created(world);

    expect(await countUse(world.ledger, 'acme', everything)).toMatchObject({ openUploads: 1_001 });
  });
});
