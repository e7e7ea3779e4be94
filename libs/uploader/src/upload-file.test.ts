import { createHash } from 'node:crypto';
import { createApiClient } from './api-client.ts';
import { NetworkError, UploadError } from './errors.ts';
import type { UploadSource } from './part-bytes.ts';
import { createFetchTransport } from './part-transport.ts';
import { fakeTiming } from './test-support/fake-timing.ts';
import { problemOf, startFakeServer } from './test-support/fake-server.ts';
import type { FakeRequest, FakeServer, Reaction } from './test-support/fake-server.ts';
import { uploadFile } from './upload-file.ts';
import type { UploadFileOptions } from './upload-file.ts';
import type { ResumeState, UploadProgress, UploadState } from './upload-state.ts';

const MiB = 1024 * 1024;
const SMALL = 100_000;
/** Five parts. */
const LARGE = 70 * MiB;

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

function sourceOf(byteLength: number, seed = 1): UploadSource & { reads: number } {
  const source = {
    name: 'night.edf',
    byteLength,
    reads: 0,
    slice: async (start: number, end: number) => {
      source.reads += 1;
      return new Uint8Array(Math.min(end, byteLength) - start).fill(seed + (start / MiB) * 7);
    },
  };
  return source;
}

function setUp(more: Partial<UploadFileOptions> = {}) {
  const timing = fakeTiming();
  const client = createApiClient({ baseUrl: server.url, getToken: () => server.token, timing });
  const states: UploadState[] = [];
  const saved: (ResumeState | null)[] = [];
  const progress: UploadProgress[] = [];
  const options: UploadFileOptions = {
    client,
    source: sourceOf(SMALL),
    transport: createFetchTransport({ streamBodies: true }),
    onState: (state) => states.push(state),
    onResumeState: (state) => void saved.push(state),
    onProgress: (step) => progress.push(step),
    ...more,
  };
  return { options, states, saved, progress, timing, kinds: () => states.map((state) => state.kind) };
}

/** Reacts to the requests that match, so many times. */
function reactTo(pattern: RegExp, reactions: (Reaction | null)[]): void {
  server.react = ({ method, path }: FakeRequest) =>
    pattern.test(`${method} ${path}`) ? (reactions.shift() ?? null) : null;
}

const logged = (pattern: RegExp) => server.log.filter((line) => pattern.test(line)).length;
const isPut = /^PUT \/store/;

test('a small file is identified, announced, sent in one piece and verified', async () => {
  const { options, kinds, saved, progress } = setUp();
  const outcome = await uploadFile({ ...options, header: new Uint8Array(512) });
  expect(outcome.kind).toBe('done');
  expect(kinds()).toEqual(['hashing', 'creating', 'uploading', 'verifying', 'done']);
  expect(saved.at(-1)).toBeNull();
  expect(progress.at(-1)).toMatchObject({
    phase: 'uploading',
    doneBytes: SMALL,
    safeBytes: SMALL,
    partsDone: 1,
  });
  const body = server.bodies.get('POST /v1/uploads') as { contentId: string; headerBase64: string };
  const bytes = await options.source.slice(0, SMALL);
  expect(body.contentId).toBe(createHash('sha256').update(bytes).digest('base64'));
  expect(Buffer.from(body.headerBase64, 'base64')).toHaveLength(512);
});

test('a large file goes in parts, of which no more than allowed are in flight at once', async () => {
  let inFlight = 0;
  let most = 0;
  const plain = createFetchTransport();
  const { options } = setUp({
    source: sourceOf(LARGE),
    parallel: 2,
    transport: {
      ...plain,
      putPart: async (...of) => {
        most = Math.max(most, ++inFlight);
        return plain.putPart(...of).finally(() => inFlight--);
      },
    },
  });
  const outcome = await uploadFile(options);
  expect(outcome).toMatchObject({ kind: 'done', upload: { partCount: 5, method: 'multipart' } });
  expect(most).toBe(2);
});

test('with digests known ahead several parts are signed by one request', async () => {
  const { options } = setUp({ source: sourceOf(LARGE) });
  await uploadFile(options);
  expect(logged(/^POST .*parts$/)).toBeLessThan(5);
});

test('without the reading ahead the file is read once and carries no content id', async () => {
  const source = sourceOf(LARGE);
  const { options } = setUp({ source, skipContentId: true });
  expect((await uploadFile(options)).kind).toBe('done');
  expect(source.reads).toBe(5);
  expect(server.bodies.get('POST /v1/uploads')).not.toHaveProperty('contentId');
});

test('the same bytes a second time are told to be here already and not sent', async () => {
  const first = await uploadFile(setUp().options);
  const { options } = setUp();
  const second = await uploadFile(options);
  expect(second.kind).toBe('duplicate');
  expect(second).toMatchObject({
    upload: { recordingId: first.kind === 'done' && first.upload.recordingId },
  });
  expect(logged(isPut)).toBe(1);
});

test('a refused header ends the upload before a byte moves', async () => {
  const findings = [{ id: 'EDF001', name: 'not-edf', severity: 'fatal' as const, message: 'is a ZIP' }];
  reactTo(/POST \/v1\/uploads$/, [problemOf(422, 'unsupported-edf', { findings })]);
  const outcome = await uploadFile(setUp().options);
  expect(outcome).toMatchObject({ kind: 'refused', problem: { code: 'unsupported-edf', findings } });
  expect(logged(isPut)).toBe(0);
});

test('bytes that the server finds to be others than announced are rejected', async () => {
  const { options } = setUp();
  const first = uploadFile({
    ...options,
    onState: (state) => {
      if (state.kind === 'uploading') server.uploads.get(state.upload.id)!.contentId = 'other';
    },
  });
  expect(await first).toMatchObject({ kind: 'rejected', rejection: 'checksum-mismatch' });
});

test('a part that fails with 5xx, a cut and a throttle is repeated with growing, jittered waits', async () => {
  reactTo(isPut, [{ status: 503 }, 'cut', { status: 429 }]);
  const { options, timing, kinds } = setUp();
  expect((await uploadFile(options)).kind).toBe('done');
  expect(timing.slept).toEqual([500, 1_000, 2_000]);
  expect(kinds()).toContain('waiting');
});

test('a signature refused with 403 is asked for again', async () => {
  reactTo(isPut, [{ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }]);
  const { options } = setUp();
  expect((await uploadFile(options)).kind).toBe('done');
  expect(logged(/^POST .*parts$/)).toBe(2);
});

test('a part that is refused with every new signature ends as part-refused', async () => {
  server.react = ({ method }) =>
    method === 'PUT' ? { status: 403, body: '<Error><Code>SignatureDoesNotMatch</Code></Error>' } : null;
  await expect(uploadFile(setUp().options)).rejects.toMatchObject({
    code: 'part-refused',
    status: 403,
    message: expect.stringContaining('SignatureDoesNotMatch'),
  });
});

test('a single object whose answer was lost is answered 412 the next time and completed', async () => {
  reactTo(isPut, ['lose-answer']);
  expect((await uploadFile(setUp().options)).kind).toBe('done');
  expect(logged(isPut)).toBe(2);
});

test('a lost answer to the creation does not make a second upload', async () => {
  reactTo(/POST \/v1\/uploads$/, ['lose-answer']);
  expect((await uploadFile(setUp().options)).kind).toBe('done');
  expect(server.uploads.size).toBe(1);
});

const fullDisk = (status: number, body: string): Reaction => ({ status, body });
const fullInJson = fullDisk(507, '{"code":"storage-full","detail":"The disk is full."}');
const fullInXml = fullDisk(507, '<Error><Code>XMinioStorageFull</Code><Message>full</Message></Error>');

test.each([
  ['the service itself', fullInJson],
  ['an S3', fullInXml],
])('while the disk of %s is full it is waited for room, and told', async (_store, full) => {
  reactTo(isPut, [full, full]);
  const { options, states } = setUp();
  expect((await uploadFile(options)).kind).toBe('done');
  expect(states.filter((state) => state.kind === 'waiting')).toEqual([
    expect.objectContaining({ code: 'storage-full', reason: 'the disk of the service is full' }),
    expect.objectContaining({ code: 'storage-full' }),
  ]);
});

test('a disk that stays full ends as storage-full when patience has run out, with the resume state kept', async () => {
  server.react = ({ method }) => (method === 'PUT' ? fullInJson : null);
  const { options, saved } = setUp({ patienceSeconds: 60 });
  const failure = await uploadFile(options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UploadError);
  expect(failure).toMatchObject({ code: 'storage-full', status: 507 });
  expect(saved.at(-1)?.uploadId).toBeTruthy();
});

test('a wait for the network is told from one for room', async () => {
  reactTo(isPut, ['cut', { status: 503, body: '' }]);
  const { options, states } = setUp();
  await uploadFile(options);
  const waits = states.flatMap((state) => (state.kind === 'waiting' ? [state.code] : []));
  expect(waits).toEqual(['network', 'network']);
});

test('what the API tells of a wait is told on', async () => {
  reactTo(/^POST \/v1\/uploads$/, [problemOf(503, 'service-unavailable')]);
  const { options, states } = setUp();
  await uploadFile(options);
  expect(states).toContainEqual(expect.objectContaining({ kind: 'waiting', code: 'service-unavailable' }));
});

test('a storm of 5xx ends as a network error when patience has run out, with the resume state kept', async () => {
  server.react = ({ method }) => (method === 'PUT' ? { status: 500 } : null);
  const { options, saved } = setUp({ patienceSeconds: 60 });
  await expect(uploadFile(options)).rejects.toBeInstanceOf(NetworkError);
  expect(saved.at(-1)?.uploadId).toMatch(/^upl_/);
});

test('an upload that was cut goes on with the parts that have not arrived', async () => {
  const { options, saved } = setUp({ source: sourceOf(LARGE), parallel: 1, patienceSeconds: 1 });
  let puts = 0;
  server.react = ({ method }) => (method === 'PUT' && ++puts > 3 ? 'cut' : null);
  await expect(uploadFile(options)).rejects.toBeInstanceOf(NetworkError);
  server.react = () => null;
  server.log.length = 0;
  const outcome = await uploadFile({ ...options, resume: saved.at(-1) });
  expect(outcome.kind).toBe('done');
  expect(logged(isPut)).toBe(2);
  expect(server.uploads.size).toBe(1);
});

test('without the reading ahead a resumed upload compares what arrived with the file again', async () => {
  const { options, saved } = setUp({
    source: sourceOf(LARGE),
    skipContentId: true,
    parallel: 1,
    patienceSeconds: 1,
  });
  let puts = 0;
  server.react = ({ method }) => (method === 'PUT' && ++puts > 3 ? 'cut' : null);
  await expect(uploadFile(options)).rejects.toBeInstanceOf(NetworkError);
  server.react = () => null;
  server.log.length = 0;
  expect((await uploadFile({ ...options, resume: saved.at(-1) })).kind).toBe('done');
  expect(logged(isPut)).toBe(2);
});

test('an arrived part of another size or checksum is sent again', async () => {
  const { options, saved } = setUp({ source: sourceOf(LARGE), patienceSeconds: 1 });
  server.react = ({ path }) => (path.endsWith('/complete') ? 'cut' : null);
  await expect(uploadFile(options)).rejects.toBeInstanceOf(NetworkError);
  const parts = server.parts.get(saved.at(-1)!.uploadId!)!;
  parts.set(2, { ...parts.get(2)!, byteLength: 1 });
  parts.set(4, { ...parts.get(4)!, checksumSha256: parts.get(1)!.checksumSha256 });
  server.react = () => null;
  server.log.length = 0;
  expect((await uploadFile({ ...options, resume: saved.at(-1) })).kind).toBe('done');
  expect(
    server.log
      .filter((line) => isPut.test(line))
      .map((line) => line.split('/').at(-1))
      .sort(),
  ).toEqual(['2', '4']);
});

test('a part that the store has lost after confirming it is sent again on completion', async () => {
  const { options } = setUp({ source: sourceOf(LARGE) });
  let isLost = false;
  server.react = ({ path }) => {
    if (path.endsWith('/complete') && !isLost) {
      isLost = true;
      [...server.parts.values()][0]!.delete(3);
    }
    return null;
  };
  expect((await uploadFile(options)).kind).toBe('done');
  expect(logged(isPut)).toBe(6);
});

test('a resume state whose upload was aborted meanwhile begins anew', async () => {
  const { options, saved } = setUp({ patienceSeconds: 1 });
  server.react = ({ method }) => (method === 'PUT' ? 'cut' : null);
  await expect(uploadFile(options)).rejects.toBeInstanceOf(NetworkError);
  server.react = () => null;
  server.uploads.get(saved.at(-1)!.uploadId!)!.status = 'expired';
  expect((await uploadFile({ ...options, resume: saved.at(-1) })).kind).toBe('done');
  expect(server.uploads.size).toBe(2);
});

test('a resume state of other bytes begins anew', async () => {
  const { options, saved } = setUp({ patienceSeconds: 1 });
  server.react = ({ method }) => (method === 'PUT' ? 'cut' : null);
  await expect(uploadFile(options)).rejects.toBeInstanceOf(NetworkError);
  server.react = () => null;
  const other = { ...options, source: sourceOf(SMALL, 99), resume: saved.at(-1) };
  expect((await uploadFile(other)).kind).toBe('done');
  expect(server.uploads.size).toBe(2);
});

test('an upload that the server completed by itself meanwhile is asked after, not given up', async () => {
  const { options } = setUp();
  server.react = ({ path }) => {
    if (!path.endsWith('/complete')) return null;
    const [upload] = [...server.uploads.values()];
    upload!.status = 'completed';
    return problemOf(409, 'state-conflict');
  };
  expect((await uploadFile(options)).kind).toBe('done');
});

test('a put-together that takes long is waited for', async () => {
  server.verifyingPolls = 4;
  const { options, kinds } = setUp();
  expect((await uploadFile(options)).kind).toBe('done');
  expect(kinds().filter((kind) => kind === 'verifying').length).toBeGreaterThan(3);
});

test('a part that moves no byte is begun again', async () => {
  reactTo(isPut, ['hang']);
  const { options, states } = setUp({ source: sourceOf(8 * MiB), stallSeconds: 0.15 });
  expect((await uploadFile(options)).kind).toBe('done');
  expect(states).toContainEqual(
    expect.objectContaining({ kind: 'waiting', reason: expect.stringContaining('no byte') }),
  );
});

test('bytes that change between reading ahead and sending end as file-changed and give the upload up', async () => {
  const source = sourceOf(LARGE);
  const { slice } = source;
  source.slice = async (start, end) => (source.reads >= 7 ? new Uint8Array(end - start) : slice(start, end));
  const { options, saved } = setUp({ source });
  await expect(uploadFile(options)).rejects.toMatchObject({ code: 'file-changed' });
  expect(saved.at(-1)).toBeNull();
  expect([...server.uploads.values()][0]!.status).toBe('aborted');
});

test.each([
  [
    'becomes shorter',
    (source: UploadSource) => (source.slice = async () => new Uint8Array(5)),
    'file-changed',
  ],
  ['grows', (source: UploadSource) => (source.currentByteLength = async () => SMALL + 1), 'file-changed'],
  [
    'was modified, as a browser says it',
    (source: UploadSource) =>
      (source.slice = () => Promise.reject(new DOMException('gone', 'NotReadableError'))),
    'file-changed',
  ],
  [
    'cannot be read',
    (source: UploadSource) => (source.slice = () => Promise.reject(new Error('EIO'))),
    'file-unreadable',
  ],
])('a file that %s ends as a typed error', async (_what, change, code) => {
  const source = sourceOf(SMALL);
  change(source);
  await expect(uploadFile(setUp({ source }).options)).rejects.toMatchObject({ code });
});

test('an empty file is not announced', async () => {
  await expect(uploadFile(setUp({ source: sourceOf(0) }).options)).rejects.toBeInstanceOf(UploadError);
  expect(server.log).toEqual([]);
});

test('an abort ends the upload with its reason and leaves what is needed to resume', async () => {
  const controller = new AbortController();
  const reason = new Error('the user said stop');
  const { options, saved } = setUp({ source: sourceOf(LARGE), signal: controller.signal, parallel: 1 });
  let puts = 0;
  server.react = ({ method }) => {
    if (method === 'PUT' && ++puts === 2) controller.abort(reason);
    return null;
  };
  await expect(uploadFile(options)).rejects.toBe(reason);
  const outcome = await uploadFile({ ...options, signal: undefined, resume: saved.at(-1) });
  expect(outcome.kind).toBe('done');
  expect(server.uploads.size).toBe(1);
});
