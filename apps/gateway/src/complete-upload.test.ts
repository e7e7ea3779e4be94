import type { Upload } from '@edf-pipeline/contracts';
import { readUpload } from '@edf-pipeline/ledger';
import type { MemoryStore } from '@edf-pipeline/storage/memory';
import { edfFile, sha256 } from './test-support/edf-file.ts';
import type { World, WorldOptions } from './test-support/world.ts';
import { announced, announcedEvents, createWorld, sent, uploaded } from './test-support/world.ts';

const MiB = 1024 * 1024;
const open: World[] = [];
const worldOf = async (options: WorldOptions = {}) => {
  const world = await createWorld(options);
  open.push(world);
  return world;
};
afterEach(() => Promise.all(open.splice(0).map((world) => world.close())));

const complete = (world: World, upload: Upload) => world.ask('POST', `/v1/uploads/${upload.id}/complete`);
const sign = (world: World, upload: Upload, partNumber: number, bytes: Uint8Array) =>
  world.ask('POST', `/v1/uploads/${upload.id}/parts`, {
    body: { parts: [{ partNumber, checksumSha256: sha256(bytes) }] },
  });

describe('an upload of one part', () => {
  it('whose bytes have arrived becomes a recording with a job', async () => {
    const world = await worldOf();
    const upload = await uploaded(world);

    expect(upload.status).toBe('completed');
    expect((await world.ask('GET', `/v1/recordings/${upload.recordingId}`)).body).toMatchObject({
      status: 'available',
      fileName: 'night.edf',
      contentId: sha256(edfFile()),
      job: { id: upload.jobId, status: 'queued' },
    });
  });

  it('completed many times at once becomes one recording', async () => {
    const world = await worldOf();
    const upload = await announced(world, edfFile());
    await sent(world, upload, edfFile());
    const answers = await Promise.all(Array.from({ length: 8 }, () => complete(world, upload)));

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect((await announcedEvents(world)).map(({ type }) => type)).toEqual(['upload.completed']);
  });

  it('whose bytes have not arrived is told what is missing', async () => {
    const world = await worldOf();
    const { status, body } = await complete(world, await announced(world, edfFile()));

    expect([status, body.code, body.errors]).toEqual([
      409,
      'parts-missing',
      [{ pointer: '#/parts/1', detail: 'has not arrived in full' }],
    ]);
  });

  it('whose bytes are not those that were announced is rejected', async () => {
    const world = await worldOf();
    const upload = await announced(world, edfFile(), { contentId: sha256(Buffer.from('another file')) });
    await sent(world, upload, edfFile());
    const { status, body } = await complete(world, upload);

    expect([status, body.status, body.rejection]).toEqual([200, 'rejected', 'checksum-mismatch']);
  });

  it('can send neither other bytes than it had signed nor more of them', async () => {
    const world = await worldOf();
    const file = edfFile();
    const upload = await announced(world, file);
    const [request] = (await sign(world, upload, 1, file)).body.parts;
    const other = Buffer.from(file).fill(1);

    expect((await world.store.send(request, other)).status).toBe(400);
    expect((await world.store.send(request, Buffer.concat([file, file]))).status).toBe(400);
    expect((await world.store.send(request, file)).status).toBe(200);
    expect((await world.store.send(request, file)).status).toBe(412);
  });

  it('signs no part that it does not have', async () => {
    const world = await worldOf();
    const { status, body } = await sign(world, await announced(world, edfFile()), 2, edfFile());

    expect([status, body.detail]).toEqual([422, 'There is no part 2: this upload has 1.']);
  });

  it('lists what has arrived, before and after', async () => {
    const world = await worldOf();
    const file = edfFile();
    const upload = await announced(world, file);
    const partsOf = async () => (await world.ask('GET', `/v1/uploads/${upload.id}/parts`)).body.parts;
    expect(await partsOf()).toEqual([]);
    await sent(world, upload, file);

    expect(await partsOf()).toEqual([
      { partNumber: 1, byteLength: file.length, checksumSha256: sha256(file) },
    ]);
  });
});

describe('an upload that was given up', () => {
  it('takes nothing more, and giving it up again changes nothing', async () => {
    const world = await worldOf();
    const upload = await announced(world, edfFile());
    const giveUp = () => world.ask('DELETE', `/v1/uploads/${upload.id}`);

    expect([(await giveUp()).status, (await giveUp()).status]).toEqual([204, 204]);
    const answers = [
      await complete(world, upload),
      await sign(world, upload, 1, edfFile()),
      await world.ask('GET', `/v1/uploads/${upload.id}/parts`),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 3 }, () => [410, 'upload-ended']),
    );
  });

  it('cannot be one that is complete', async () => {
    const world = await worldOf();
    const { status, body } = await world.ask('DELETE', `/v1/uploads/${(await uploaded(world)).id}`);

    expect([status, body.detail]).toEqual([409, 'This upload is complete; delete the recording instead.']);
  });
});

describe('an upload of several parts', () => {
  const file = Buffer.alloc(64 * MiB + 1, 7);

  it('that lacks some is told which, and goes on after them', async () => {
    const world = await worldOf();
    const upload = await announced(world, file);
    const first = file.subarray(0, 16 * MiB);
    const [request] = (await sign(world, upload, 1, first)).body.parts;
    await world.store.send(request, first);
    const early = await complete(world, upload);
    const arrived = await world.ask('GET', `/v1/uploads/${upload.id}/parts`);

    expect([early.status, early.body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      409,
      ['#/parts/2', '#/parts/3', '#/parts/4', '#/parts/5'],
    ]);
    expect(arrived.body.parts).toEqual([
      { partNumber: 1, byteLength: 16 * MiB, checksumSha256: sha256(first) },
    ]);
    await sent(world, upload, file);
    expect((await complete(world, upload)).body.status).toBe('completed');
    expect((await world.ask('GET', `/v1/uploads/${upload.id}/parts`)).body.parts).toEqual([]);
  });

  it('that takes long to put together is answered 202 meanwhile, and is finished without the client', async () => {
    const joining = Promise.withResolvers<void>();
    const isHanging = Promise.withResolvers<void>();
    const slow = (store: MemoryStore): MemoryStore => ({
      ...store,
      completeMultipart: async (...args) => {
        isHanging.resolve();
        await joining.promise;
        return store.completeMultipart(...args);
      },
    });
    const world = await worldOf({ store: slow, settings: { completeSeconds: 0.05 } });
    const upload = await announced(world, file);
    await sent(world, upload, file);
    const answer = await complete(world, upload);
    await isHanging.promise;

    expect([answer.status, answer.body.status]).toEqual([202, 'verifying']);
    const finished = statusOf(world, upload.id, 'completed');
    joining.resolve();
    await finished;
    expect((await complete(world, upload)).body.status).toBe('completed');
  });

  it('that cannot be put together behind the scenes is noted, and left to the sweep', async () => {
    const joining = Promise.withResolvers<never>();
    const world = await worldOf({
      store: (store) => ({ ...store, completeMultipart: () => joining.promise }),
      settings: { completeSeconds: 0.05 },
    });
    const upload = await announced(world, file);
    await sent(world, upload, file);
    expect((await complete(world, upload)).status).toBe(202);
    joining.reject(new Error('broken'));
    while (!world.log().includes('An upload could not be completed yet')) await new Promise(setImmediate);

    expect((await readUpload(world.ledger, 'acme', upload.id))?.row).toMatchObject({
      status: 'verifying',
      due: expect.any(String),
    });
  });
});

/** Looks until the upload has the status; jest's own limit is the limit. */
async function statusOf(world: World, id: string, status: Upload['status']): Promise<void> {
  while ((await readUpload(world.ledger, 'acme', id))?.row.status !== status) await new Promise(setImmediate);
}
