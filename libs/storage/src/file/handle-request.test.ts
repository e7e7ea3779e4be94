import { readFile, readdir, readlink } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bytesOf, describePart, patternedBytes, sendPart, signPutOf } from '../contract/harness.ts';
import type { SignedRequest } from '../object-store.ts';
import { serveFileStore } from './test-support/served-file-store.ts';
import type { ServedFileStore } from './test-support/served-file-store.ts';

const key = 'source/t1/u1/source.edf';
let served: ServedFileStore;
beforeEach(async () => {
  served = await serveFileStore({ idleSeconds: 0.3 });
});
afterEach(async () => {
  await served.dispose();
  expect(served.faults).toEqual([]);
});

const temporaries = () => readdir(join(served.root, 'temporary'));

/** Polls, since no event tells that a server has noticed a lost connection. */
async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 5000; !(await check()); await delay(10)) {
    if (Date.now() > deadline) throw new Error('It did not happen within five seconds.');
  }
}

/** How many files of the store this process has open; Linux only. */
async function openFiles(): Promise<number> {
  const names = await readdir('/proc/self/fd');
  const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return links.filter((link) => link.startsWith(served.root)).length;
}

/** Sends a request line as it is, which fetch would normalise. */
async function sendRaw(path: string, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(served.origin, { method, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}

/** Sends the head of a signed PUT and some of its body over a bare socket, which stays open. */
function beginPut({ url, headers }: SignedRequest, contentLength: string, part: Uint8Array) {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(
    `PUT ${pathname}${search} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join('\r\n')}\r\n${contentLength}\r\n\r\n`,
  );
  socket.write(part);
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
  return { socket, answer };
}

test.each([
  '/storage/../../etc/passwd',
  '/storage/source/../../../etc/passwd',
  '/storage/%2e%2e/%2e%2e/etc/passwd',
  '/storage/source%2ft1/u1',
  '/storage/source\\..\\t1',
  '/storage/a%00b',
  '/storage/%C3%A4',
  '/storage//etc/passwd',
  '/storage/',
  '/storage',
  '/storages/a',
  '/storage/a@1',
  `/storage/${'a/'.repeat(400)}a`,
  'http://other.example/storage/a',
])('the address %s answers 400', async (path) => {
  expect(await sendRaw(path)).toBe(400);
  expect(await sendRaw(path, 'PUT')).toBe(400);
});

test('an address with a valid key and no signature answers 403', async () => {
  expect(await sendRaw(`/storage/${key}`)).toBe(403);
  expect(await sendRaw(`/storage/${key}?kind=get&versionId=1-0&expires=99999999999&signature=`)).toBe(403);
});

test('no single character of a signed address can be changed', async () => {
  await served.store.write(key, bytesOf('text'), { contentType: 'text/plain' });
  const { versionId } = (await served.store.head({ key }))!;
  const request = await served.store.signGet({
    key,
    versionId,
    expiresInSeconds: 60,
    downloadName: 'a b.edf',
  });
  const start = served.origin.length;
  const statuses = new Set<number>();
  for (let index = start; index < request.url.length; index += 1) {
    const other = request.url[index] === '1' ? '2' : '1';
    statuses.add(await sendRaw(request.url.slice(start, index) + other + request.url.slice(index + 1)));
  }
  expect([...statuses].sort()).toEqual([400, 403]); // 400 where the mount path is hit
});

test('a signature of another store is worth nothing', async () => {
  const other = await serveFileStore();
  const foreign = await signPutOf(other.store, key, bytesOf('text'));
  const url = foreign.url.replace(other.origin, served.origin);
  expect((await served.send({ ...foreign, url }, bytesOf('text'))).status).toBe(403);
  await other.dispose();
});

test('OPTIONS names the methods, and others answer 405', async () => {
  expect(await sendRaw(`/storage/${key}`, 'OPTIONS')).toBe(204);
  expect(await sendRaw(`/storage/${key}`, 'DELETE')).toBe(405);
  expect(await sendRaw(`/storage/${key}`, 'POST')).toBe(405);
});

test('what is stored cannot run as the page: no sniffing, no scripts, private cache until the signature expires', async () => {
  const head = await served.store.write(key, bytesOf('<script>'), { contentType: 'text/html' });
  const request = await served.store.signGet({ key, versionId: head.versionId, expiresInSeconds: 60 });
  const { headers } = await served.send(request);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining('sandbox'),
    'cache-control': 'private, max-age=60, immutable',
    etag: `"${head.checksumSha256}"`,
  });
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

test('a content type that is no header value is not sent', async () => {
  const { versionId } = await served.store.write(key, bytesOf('x'), {
    contentType: 'text/plain\r\nx-evil: 1',
  });
  const { headers } = await served.send(await served.store.signGet({ key, versionId, expiresInSeconds: 60 }));
  expect(headers['content-type']).toBe('application/octet-stream');
});

test('HEAD answers like GET, without the bytes', async () => {
  const { versionId } = await served.store.write(key, bytesOf('0123456789'), { contentType: 'text/plain' });
  const request = await served.store.signGet({ key, versionId, expiresInSeconds: 60 });
  const answer = await served.send({ ...request, method: 'HEAD' });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-length']).toBe('10');
  expect(answer.body.byteLength).toBe(0);
});

test('a range is ignored when it is for another version, of several parts, or from the end', async () => {
  const { versionId } = await served.store.write(key, bytesOf('0123456789'), { contentType: 'text/plain' });
  const request = await served.store.signGet({ key, versionId, expiresInSeconds: 60 });
  const rangeStatus = async (headers: Record<string, string>) =>
    (await served.send(request, undefined, headers)).status;
  expect(await rangeStatus({ range: 'bytes=0-1', 'if-range': '"other"' })).toBe(200);
  expect(await rangeStatus({ range: 'bytes=0-1,3-4' })).toBe(200);
  expect(await rangeStatus({ range: 'bytes=-3' })).toBe(200);
  const unsatisfiable = await served.send(request, undefined, { range: 'bytes=10-' });
  expect(unsatisfiable.status).toBe(416);
  expect(unsatisfiable.headers['content-range']).toBe('bytes */10');
});

test('a large object is sent whole, and a range across its parts too', async () => {
  const { multipartId } = await served.store.createMultipart(key, 'application/edf');
  const bytes = [patternedBytes(700_000, 1), patternedBytes(900_000, 2)];
  const parts = [];
  for (const [index, each] of bytes.entries()) {
    const part = describePart(index + 1, each);
    await served.send(await served.store.signPart({ key, multipartId, ...part, expiresInSeconds: 60 }), each);
    parts.push(part);
  }
  const { versionId } = await served.store.completeMultipart(key, multipartId, parts, { ifAbsent: true });
  const request = await served.store.signGet({ key, versionId, expiresInSeconds: 60 });
  const whole = Buffer.concat(bytes);
  expect(Buffer.compare((await served.send(request)).body, whole)).toBe(0);
  const { body } = await served.send(request, undefined, { range: 'bytes=699990-700009' });
  expect(Buffer.compare(body, whole.subarray(699_990, 700_010))).toBe(0);
  const stored = await readdir(join(served.root, 'objects', `${key}@1`));
  expect(stored.filter((name) => !name.startsWith('part-'))).toEqual(['head.json']);
});

test('a part that was sent again takes no more room', async () => {
  const { multipartId } = await served.store.createMultipart(key, 'application/edf');
  const harness = { ...served, minimumPartBytes: 64, isBoundedInMemory: true, expire: async () => {} };
  for (const text of ['first form', 'last form', 'last form']) {
    await sendPart(harness, key, multipartId, 1, bytesOf(text));
  }
  const names = await readdir(join(served.root, 'multipart', multipartId));
  expect(names.filter((name) => name.startsWith('part-'))).toHaveLength(1);
});

test('a connection that is cut in the middle of a body leaves nothing', async () => {
  const body = patternedBytes(200_000);
  const { socket } = beginPut(
    await signPutOf(served.store, key, body),
    'content-length: 200000',
    body.subarray(0, 100_000),
  );
  await eventually(async () => (await temporaries()).length === 1);
  socket.destroy();
  await eventually(async () => (await temporaries()).length === 0);
  expect(await served.store.head({ key })).toBeNull();
});

test('a body that stops arriving answers 408 and leaves nothing', async () => {
  const body = patternedBytes(200_000);
  const { answer } = beginPut(
    await signPutOf(served.store, key, body),
    'content-length: 200000',
    body.subarray(0, 100_000),
  );
  expect(await answer).toMatch(/^HTTP\/1.1 408 /);
  expect(await temporaries()).toEqual([]);
  expect(await served.store.head({ key })).toBeNull();
});

test('a body of undeclared length is refused', async () => {
  const { answer } = beginPut(
    await signPutOf(served.store, key, bytesOf('text')),
    'transfer-encoding: chunked',
    bytesOf('4\r\ntext\r\n0\r\n\r\n'),
  );
  expect(await answer).toMatch(/^HTTP\/1.1 400 /);
});

test('a connection serves on after a refused body', async () => {
  const body = patternedBytes(300_000);
  const wrong = patternedBytes(300_000, 1);
  const late = await signPutOf(served.store, key, body);
  expect((await served.send(late, wrong)).status).toBe(400);
  expect((await served.send(late, body)).status).toBe(200);
  for (let count = 0; count < 5; count += 1) expect((await served.send(late, body)).status).toBe(412);
});

test('a client that goes away in the middle of an answer frees the file', async () => {
  if (process.platform !== 'linux') return;
  const { versionId } = await served.store.write(key, patternedBytes(8_000_000), {
    contentType: 'text/plain',
  });
  const { url } = await served.store.signGet({ key, versionId, expiresInSeconds: 60 });
  const { port, pathname, search } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve)); // and take nothing: the answer must wait
  expect(await openFiles()).toBe(1);
  socket.destroy();
  await eventually(async () => (await openFiles()) === 0);
});

test('a client that takes nothing of an answer is cut off', async () => {
  if (process.platform !== 'linux') return;
  const { versionId } = await served.store.write(key, patternedBytes(32_000_000), {
    contentType: 'text/plain',
  });
  const { url } = await served.store.signGet({ key, versionId, expiresInSeconds: 60 });
  const { port, pathname, search } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  expect(await openFiles()).toBe(1);
  await eventually(async () => (await openFiles()) === 0);
  socket.destroy();
});

test('closing cuts the running requests, removes what they had written, and refuses new ones', async () => {
  const body = patternedBytes(200_000);
  const { answer } = beginPut(
    await signPutOf(served.store, key, body),
    'content-length: 200000',
    body.subarray(0, 1000),
  );
  await eventually(async () => (await temporaries()).length === 1);
  await served.store.close();
  expect(await temporaries()).toEqual([]);
  expect(await answer).toMatch(/^HTTP\/1.1 503 /);
  expect(await sendRaw(`/storage/${key}`)).toBe(503);
});

test('an object put by a client is one file that begins with its bytes, and its listener hears of it', async () => {
  const heard: string[] = [];
  served.store.onObjectCreated((head) => heard.push(`${head.key} ${head.byteLength}`));
  await served.send(await signPutOf(served.store, key, bytesOf('text')), bytesOf('text'));
  expect(heard).toEqual([`${key} 4`]);
  expect(await readFile(join(served.root, 'objects', `${key}@1`), 'utf8')).toMatch(/^text\{"layout":1,/);
});
