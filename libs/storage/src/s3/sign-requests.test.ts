import { bytesOf, sha256Of } from '../contract/harness.ts';
import { createS3Store } from './s3-store.ts';
import type { S3StoreDeps, S3StoreOptions } from './s3-store.ts';
import { startDocumentedS3, testCredentials } from './test-support/documented-s3.ts';
import { sendRaw } from './test-support/send-raw.ts';

const now = new Date('2026-01-01T12:00:00.700Z');
const put = {
  key: 'source/t1/u1/source.edf',
  byteLength: 4,
  checksumSha256: sha256Of(bytesOf('text')),
  contentType: 'application/edf',
  expiresInSeconds: 900,
};
const part = { ...put, multipartId: 'upload-1', partNumber: 7 };
const get = { key: put.key, versionId: 'version-1', expiresInSeconds: 900 };

function storeWith(options: Partial<S3StoreOptions> = {}, deps: S3StoreDeps = {}) {
  const where = { bucket: 'recordings', region: 'eu-central-1', ...options };
  return createS3Store(where, { credentials: testCredentials, clock: () => now, ...deps });
}

function parametersOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

test('length, type, condition and checksum of a PUT are signed as headers', async () => {
  const request = await storeWith().signPut(put);
  expect(parametersOf(request.url)['X-Amz-SignedHeaders']).toBe(
    'content-length;content-type;host;if-none-match;x-amz-checksum-sha256',
  );
  expect(request.headers).toEqual({
    'content-type': 'application/edf',
    'if-none-match': '*',
    'x-amz-checksum-sha256': put.checksumSha256,
  });
});

test('length and checksum of a part are signed as headers, its number and upload in the address', async () => {
  const request = await storeWith().signPart(part);
  const parameters = parametersOf(request.url);
  expect(parameters['X-Amz-SignedHeaders']).toBe('content-length;host;x-amz-checksum-sha256');
  expect(parameters).toMatchObject({ partNumber: '7', uploadId: 'upload-1' });
  expect(request.headers).toEqual({ 'x-amz-checksum-sha256': put.checksumSha256 });
});

test('version and file name of a GET are signed in the address, and no header is needed', async () => {
  const request = await storeWith().signGet({ ...get, downloadName: 'report.json' });
  const parameters = parametersOf(request.url);
  expect(parameters['X-Amz-SignedHeaders']).toBe('host');
  expect(parameters).toMatchObject({
    versionId: 'version-1',
    'response-content-disposition': expect.stringMatching(/^attachment; filename="report.json"/),
  });
  expect(request.headers).toEqual({});
});

test('no address carries a checksum, of nothing or of anything', async () => {
  const store = storeWith();
  for (const { url } of [await store.signPut(put), await store.signPart(part), await store.signGet(get)])
    expect(url).not.toMatch(/checksum-(?!sha256(&|$))|x-amz-checksum-[a-z0-9]+=/i);
});

test('the host is the one that clients reach', async () => {
  const internal = { endpoint: 'http://storage.internal:9000', forcePathStyle: true };
  const inside = await storeWith(internal).signPut(put);
  expect(inside.url).toMatch(/^http:\/\/storage\.internal:9000\/recordings\/source\/t1\/u1\/source\.edf\?/);
  const outside = await storeWith({ ...internal, publicEndpoint: 'https://files.example.org' }).signPut(put);
  expect(outside.url).toMatch(/^https:\/\/files\.example\.org\/recordings\/source\/t1\/u1\/source\.edf\?/);
});

test('nothing is signed for longer than a quarter of an hour', async () => {
  const request = await storeWith().signPut({ ...put, expiresInSeconds: 86_400 });
  expect(parametersOf(request.url)['X-Amz-Expires']).toBe('900');
  expect(request.expiresAt).toEqual(new Date('2026-01-01T12:15:00Z'));
});

test('what is signed with credentials that end sooner ends with them', async () => {
  const expiration = new Date('2026-01-01T12:05:00Z');
  const credentials = async () => ({ ...testCredentials, sessionToken: 'session', expiration });
  const request = await storeWith({}, { credentials }).signPut(put);
  expect(request.expiresAt).toEqual(expiration);
  expect(parametersOf(request.url)['X-Amz-Security-Token']).toBe('session');
});

test('a hundred parts are signed at once, each its own', async () => {
  const store = storeWith();
  const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
  const requests = await Promise.all(numbers.map((partNumber) => store.signPart({ ...part, partNumber })));
  const signatures = requests.map(({ url }) => parametersOf(url)['X-Amz-Signature']);
  expect(new Set(signatures).size).toBe(100);
});

test('a key with every character of the grammar is signed as clients send it', async () => {
  const s3 = await startDocumentedS3('recordings');
  try {
    const where = { region: 'us-east-1', endpoint: s3.endpoint, forcePathStyle: true };
    const store = storeWith(where, { clock: () => new Date() });
    const request = await store.signPut({ ...put, key: 'A.b_c=d-9/..e/f.' });
    expect((await sendRaw(request, bytesOf('text'))).status).toBe(200);
    const { versionId } = (await store.head({ key: 'A.b_c=d-9/..e/f.' }))!;
    const read = await store.signGet({
      ...get,
      key: 'A.b_c=d-9/..e/f.',
      versionId,
      downloadName: "a'(b)*!.edf",
    });
    expect((await sendRaw(read)).status).toBe(200);
    store.close();
  } finally {
    await s3.stop();
  }
});
