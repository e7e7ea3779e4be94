import { uploadSchema } from '@edf-pipeline/contracts';
import { admitJobs, writePolicy } from '@edf-pipeline/ledger';
import { contentIdOf } from '@edf-pipeline/contracts/content-id';
import { createHash } from 'node:crypto';
import { edfFile, headerOf } from './test-support/edf-file.ts';
import type { World } from './test-support/world.ts';
import { announced, audited, createWorld, newKey, uploaded } from './test-support/world.ts';

const MiB = 1024 * 1024;
let world: World;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const announce = (body: unknown, headers: Record<string, string> = newKey(), token?: string) =>
  world.ask('POST', '/v1/uploads', { body, headers, token });
const withHeader = (file: Uint8Array, change: Record<string, unknown> = {}) => ({
  fileName: 'night.edf',
  byteLength: file.length,
  headerBase64: Buffer.from(headerOf(file)).toString('base64'),
  ...change,
});

describe('announcing a file', () => {
  it('opens a place for it, says where, and tells the owner its name', async () => {
    const { status, body, headers } = await announce({ fileName: 'Müller 夜.edf', byteLength: 1_000 });

    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/uploads/${body.id}`);
    expect(uploadSchema.strict().parse(body)).toMatchObject({
      status: 'pending',
      fileName: 'Müller 夜.edf',
      method: 'single',
      partCount: 1,
      isDuplicate: false,
    });
    expect((await world.ask('GET', `/v1/uploads/${body.id}`)).body).toEqual(body);
  });

  it('is noted with who did it and from where', async () => {
    const { body } = await announce({ fileName: 'a.edf', byteLength: 1 });

    expect(await audited(world)).toEqual([
      expect.objectContaining({
        action: 'upload.create',
        objectId: body.id,
        subject: 'user-1',
        from: '127.0.0.1',
      }),
    ]);
  });

  it('keeps the name out of the ledger and the log', async () => {
    await announce({ fileName: 'canary-Jane-Doe.edf', byteLength: 1_000 });
    const rows = await world.ledger.store.query({ index: 'list', partition: 'LIST#acme#upload', limit: 10 });

    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows) + world.log()).not.toContain('Jane');
  });

  it.each([
    [64 * MiB, 'single', 1, 64 * MiB],
    [64 * MiB + 1, 'multipart', 5, 16 * MiB],
  ])('of %d bytes makes a %s upload of %d parts', async (byteLength, method, partCount, partByteLength) => {
    expect((await announce({ fileName: 'a.edf', byteLength })).body).toMatchObject({
      method,
      partCount,
      partByteLength,
    });
  });

  it('takes what the tenant’s policy allows, and not a byte more', async () => {
    await writePolicy(world.ledger, 'acme', { maxFileBytes: 1_000 });
    const refused = await announce({ fileName: 'a.edf', byteLength: 1_001 });

    expect((await announce({ fileName: 'a.edf', byteLength: 1_000 })).status).toBe(201);
    expect([refused.status, refused.body.code]).toEqual([413, 'file-too-large']);
    expect(refused.body.detail).toContain('1001 bytes; your organisation takes at most 1000');
    const other = await announce(
      { fileName: 'a.edf', byteLength: 1_001 },
      newKey(),
      await world.issuer.tokenFor('other'),
    );
    expect(other.status).toBe(201);
  });

  it('shows the policy as the tenant’s limits', async () => {
    await writePolicy(world.ledger, 'acme', {
      maxFileBytes: 7,
      maxRunningJobs: 2,
      refuseFindings: ['data-record-count-unknown'],
    });

    expect((await world.ask('GET', '/v1/limits')).body).toMatchObject({
      maxFileBytes: 7,
      maxRunningJobs: 2,
      uploadLifetimeSeconds: 604_800,
      refuseFindings: ['data-record-count-unknown'],
    });
  });
});

describe('a priority', () => {
  it('lets its job overtake what its own organisation sent before', async () => {
    const [first, urgent] = [
      await uploaded(world),
      await uploaded(world, edfFile({ startDateTime: '2026-01-01T00:00:00' }), { priority: 60 }),
    ];
    const admitted = await admitJobs(world.ledger, 'small', 1);

    expect(admitted.map(({ jobId }) => jobId)).toEqual([urgent.jobId]);
    expect(first.jobId).not.toBe(urgent.jobId);
  });

  it.each([-1, 0.5, 86_401, 'urgent'])('of %p is refused', async (priority) => {
    expect((await announce({ fileName: 'a.edf', byteLength: 1, priority })).status).toBe(422);
  });
});

describe('the Idempotency-Key', () => {
  it.each([undefined, '', 'x'.repeat(256)])('is asked for (%#)', async (key) => {
    const { status, body } = await announce(
      { fileName: 'a.edf', byteLength: 1 },
      key === undefined ? {} : { 'idempotency-key': key },
    );

    expect([status, body.code]).toEqual([400, 'idempotency-key-required']);
  });

  it('with the same request again answers the upload that it made, as it is now, whatever would hold for a new one', async () => {
    const key = newKey();
    const file = edfFile();
    const first = await announce(withHeader(file), key);
    await writePolicy(world.ledger, 'acme', { maxFileBytes: 1 });
    await world.ask('DELETE', `/v1/uploads/${first.body.id}`);
    const again = await announce(withHeader(file), key);

    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual({ ...first.body, status: 'aborted', version: 2 });
  });

  it.each([{ fileName: 'b.edf' }, { byteLength: 2 }, { contentId: `${'A'.repeat(43)}=` }])(
    'with another request (%j) is refused',
    async (change) => {
      const key = newKey();
      await announce({ fileName: 'a.edf', byteLength: 1 }, key);
      const { status, body } = await announce({ fileName: 'a.edf', byteLength: 1, ...change }, key);

      expect([status, body.code]).toEqual([422, 'idempotency-key-reused']);
    },
  );

  it('of one tenant has nothing to do with the same key of another', async () => {
    const key = newKey();
    const ours = await announce({ fileName: 'a.edf', byteLength: 1 }, key);
    const theirs = await announce(
      { fileName: 'a.edf', byteLength: 1 },
      key,
      await world.issuer.tokenFor('other'),
    );

    expect([ours.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(ours.body.id);
  });

  it('sent many times at once makes one upload, and leaves no parts behind for the others', async () => {
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => announce({ fileName: 'a.edf', byteLength: 100 * MiB }, key)),
    );
    const list = await world.ask('GET', '/v1/uploads');

    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(list.body.data).toHaveLength(1);
  });
});

describe('a file that is here already', () => {
  const contentIdFor = (file: Uint8Array) => contentIdOf([createHash('sha256').update(file).digest()]);

  it('is answered with its recording when its content id is announced, and needs not be sent', async () => {
    const file = edfFile();
    const first = await uploaded(world, file);
    const { status, body } = await announce({
      fileName: 'copy.edf',
      byteLength: file.length,
      contentId: await contentIdFor(file),
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      isDuplicate: true,
      recordingId: first.recordingId,
      jobId: first.jobId,
      status: 'completed',
    });
    expect((await world.ask('GET', '/v1/recordings')).body.data).toHaveLength(1);
  });

  it('is a duplicate also when it was sent once more without its content id', async () => {
    const first = await uploaded(world);
    const second = await uploaded(world);

    expect(second.id).not.toBe(first.id);
    expect(second).toMatchObject({ isDuplicate: true, recordingId: first.recordingId, jobId: first.jobId });
    expect((await world.ask('GET', '/v1/recordings')).body.data).toHaveLength(1);
  });

  it('of another tenant is not ours', async () => {
    const file = edfFile();
    await uploaded(world, file, {}, await world.issuer.tokenFor('other'));

    expect(
      (await announce({ fileName: 'a.edf', byteLength: file.length, contentId: await contentIdFor(file) }))
        .status,
    ).toBe(201);
  });

  it('and is being deleted is taken anew', async () => {
    const file = edfFile();
    const first = await uploaded(world, file);
    await world.ask('DELETE', `/v1/recordings/${first.recordingId}`);

    expect(
      (await announce({ fileName: 'a.edf', byteLength: file.length, contentId: await contentIdFor(file) }))
        .status,
    ).toBe(201);
  });
});

describe('an open upload', () => {
  it('is listed as open, and not once it has ended', async () => {
    const open = await announced(world, edfFile());
    const ended = await announced(world, edfFile());
    await world.ask('DELETE', `/v1/uploads/${ended.id}`);
    const idsOf = async (query: string) =>
      (await world.ask('GET', `/v1/uploads${query}`)).body.data.map(({ id }: { id: string }) => id);

    expect(await idsOf('?state=open')).toEqual([open.id]);
    expect(await idsOf('')).toEqual([ended.id, open.id]);
  });
});
