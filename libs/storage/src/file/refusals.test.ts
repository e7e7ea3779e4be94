import { bytesOf, describePart, signPutOf, textOf } from '../contract/harness.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { SignedRequest } from '../object-store.ts';
import { serveFileStore } from './test-support/served-file-store.ts';
import type { ServedFileStore } from './test-support/served-file-store.ts';

const key = 'source/t1/u1/source.edf';
let served: ServedFileStore;
beforeEach(async () => {
  served = await serveFileStore();
});
afterEach(async () => {
  await served.dispose();
  expect(served.faults).toEqual([]);
});

type Refused = (text: Uint8Array) => Promise<HttpAnswer>;
const signed = () => signPutOf(served.store, key, bytesOf('text'), 1);
const stored = async (): Promise<SignedRequest> => {
  await served.store.write(key, bytesOf('text'), { contentType: 'text/plain' });
  const { versionId } = (await served.store.head({ key }))!;
  return served.store.signGet({ key, versionId, expiresInSeconds: 60 });
};
const refused: [number, string, boolean, Refused][] = [
  [400, 'key-invalid', false, (text) => served.send({ ...badKey(), headers: {} }, text)],
  [400, 'length-mismatch', false, async () => served.send(await signed(), bytesOf('texts'))],
  [400, 'checksum-mismatch', false, async () => served.send(await signed(), bytesOf('test'))],
  [403, 'signature-invalid', false, async (text) => served.send({ ...(await signed()), headers: {} }, text)],
  [
    403,
    'signature-expired',
    false,
    async (text) => {
      const request = await signed();
      served.setTime(new Date('2026-01-01T00:00:01Z'));
      return served.send(request, text);
    },
  ],
  [
    404,
    'multipart-not-found',
    false,
    async (text) => {
      const { multipartId } = await served.store.createMultipart(key, 'application/edf');
      const part = { ...describePart(1, text), expiresInSeconds: 60 };
      const request = await served.store.signPart({ key, multipartId, ...part });
      await served.store.abortMultipart(key, multipartId);
      return served.send(request, text);
    },
  ],
  [405, 'method-not-allowed', false, async () => served.send({ ...(await signed()), method: 'DELETE' })],
  [
    412,
    'object-exists',
    false,
    async (text) => {
      await stored();
      return served.send(await signed(), text);
    },
  ],
  [416, 'range-invalid', false, async () => served.send(await stored(), undefined, { range: 'bytes=9-' })],
];
const badKey = () => ({ method: 'GET', url: `${served.origin}/storage/a@1` });

test.each(refused)('a refusal with %d %s is a problem document', async (status, code, retryable, refuse) => {
  const answer = await refuse(bytesOf('text'));
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = JSON.parse(textOf(answer.body));
  expect(problem).toEqual({
    type: `urn:edf-pipeline:storage-problem:${code}`,
    title: expect.stringMatching(/^[A-Z].+[^.]$/),
    status,
    detail: expect.stringMatching(/^[A-Z].+\.$/),
    instance: expect.stringMatching(/^\/storage\/[^?]+$/),
    code,
    retryable,
  });
});

test('what may pass by itself says when to come again', async () => {
  const full = await serveFileStore({ freeBytesReserve: Number.MAX_SAFE_INTEGER });
  const answer = await full.send(await signPutOf(full.store, key, bytesOf('text')), bytesOf('text'));
  expect(answer.status).toBe(507);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '2' });
  expect(JSON.parse(textOf(answer.body))).toMatchObject({ code: 'storage-full', retryable: true });
  await full.dispose();
});
