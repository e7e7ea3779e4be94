import type { SignedPart, Upload } from '@edf-pipeline/contracts';
import { downloadSchema } from '@edf-pipeline/contracts';
import { absolute, bodyOf, call, problemOf, sendExactly } from './test-support/api.ts';
import { edfBytes } from './test-support/edf-bytes.ts';
import {
  announced,
  base64Sha256,
  complete,
  completed,
  put,
  processed,
  resultOf,
  signPart,
} from './test-support/uploads.ts';

const refusals = [400, 403, 404, 405, 409, 411, 412, 413, 501];

let bytes: Buffer;
let upload: Upload;
let signed: SignedPart;
beforeEach(async () => {
  bytes = edfBytes();
  upload = await announced({ byteLength: bytes.length });
  signed = await signPart(upload.id, bytes);
});

async function expectNothingKept(): Promise<void> {
  problemOf(await complete(upload.id), 'parts-missing');
  expect((await put(signed, bytes)).status).toBe(200);
  expect((await completed(upload.id)).status).toBe('completed');
}

function otherUrl(change: (url: URL) => void): string {
  const url = new URL(signed.url);
  change(url);
  expect(url.toString()).not.toBe(signed.url);
  return url.toString();
}

const signatureOf = (url: URL) =>
  [...url.searchParams.keys()].find((name) => /signature$/i.test(name)) ?? 'no signature';
const flipped = (text: string) => (text.endsWith('0') ? `${text.slice(0, -1)}1` : `${text.slice(0, -1)}0`);

const tampered: Record<string, (url: URL) => void> = {
  'another upload’s key': (url) =>
    (url.pathname = url.pathname.replace(/upl_[0-9A-Z]{26}/, 'upl_01JZZZZZZZZZZZZZZZZZZZZZZZ')),
  'another organisation’s key': (url) =>
    (url.pathname = url.pathname.replace(/source\/[^/]+\//, 'source/somebody-else/')),
  'another kind of key': (url) => (url.pathname = url.pathname.replace('source/', 'results/')),
  'a key that climbs': (url) => (url.pathname = url.pathname.replace('source.edf', '..%2f..%2fx.edf')),
  'another signature': (url) =>
    url.searchParams.set(signatureOf(url), flipped(url.searchParams.get(signatureOf(url)) ?? '')),
  'no signature': (url) => url.searchParams.delete(signatureOf(url)),
  'a longer life': (url) => {
    const name = [...url.searchParams.keys()].find((each) => /expires/i.test(each)) ?? 'expires';
    url.searchParams.set(name, `${url.searchParams.get(name)}0`);
  },
  'a life without end': (url) => {
    const name = [...url.searchParams.keys()].find((each) => /expires/i.test(each)) ?? 'expires';
    url.searchParams.set(name, 'NaN');
  },
  'one more parameter': (url) => url.searchParams.append('byteLength', '99999999'),
  'no query at all': (url) => (url.search = ''),
};

test.each(Object.entries(tampered))('a PUT to %s is refused', async (_name, change) => {
  const { status } = await put({ ...signed, url: otherUrl(change) }, bytes);
  expect(refusals).toContain(status);
  await expectNothingKept();
});

test('an escaped key is the same key, or refused', async () => {
  const url = otherUrl((each) => (each.pathname = each.pathname.replace('source.edf', 'source%2eedf')));
  const { status } = await put({ ...signed, url }, bytes);
  expect([200, ...refusals]).toContain(status);
  if (status !== 200) return expectNothingKept();
  expect((await completed(upload.id)).recordingId).toBe(upload.recordingId);
});

test.each(['GET', 'HEAD', 'POST', 'DELETE', 'PATCH'])(
  'a request signed for PUT does not serve for %s',
  async (method) => {
    const { status } = await sendExactly({ method, url: signed.url, headers: signed.headers });
    expect(refusals).toContain(status);
    await expectNothingKept();
  },
);

test.each([
  ['one byte less', -1],
  ['one byte more', 1],
  ['nothing', -Infinity],
  ['ten times as much', 9],
])('%s than was signed is refused', async (_name, more) => {
  const length = more === 9 ? bytes.length * 10 : Math.max(0, bytes.length + more);
  const body = Buffer.concat([bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]).subarray(
    0,
    length,
  );
  expect(refusals).toContain((await put(signed, body)).status);
  await expectNothingKept();
});

test('a refusal says which by a stable code: our own store in a problem document, S3 in its XML', async () => {
  const { status, text, contentType } = await put(signed, Buffer.from(bytes).fill(0));
  expect(refusals).toContain(status);
  if (contentType.startsWith('application/problem+json')) {
    const code = 'checksum-mismatch';
    expect(JSON.parse(text)).toMatchObject({
      type: `urn:edf-pipeline:storage-problem:${code}`,
      status,
      code,
      detail: expect.stringMatching(/\.$/) as string,
    });
  } else {
    expect(contentType).toMatch(/xml/);
    expect(text).toMatch(/<Code>\w+<\/Code>/);
  }
  await expectNothingKept();
});

test('a body of unknown length is refused', async () => {
  const { 'content-length': _length, ...headers } = signed.headers;
  const { status } = await sendExactly({
    method: 'PUT',
    url: signed.url,
    headers: { ...headers, 'transfer-encoding': 'chunked' },
    body: bytes,
  });
  expect(refusals).toContain(status);
  await expectNothingKept();
});

test.each(['x-amz-checksum-sha256', 'if-none-match', 'content-type'])(
  'a PUT with another %s, or without it, is refused',
  async (name) => {
    expect(Object.keys(signed.headers)).toContain(name);
    const others = name === 'x-amz-checksum-sha256' ? base64Sha256(Buffer.from('other')) : 'text/html';
    const changed = { ...signed.headers, [name]: others };
    const { [name]: _gone, ...without } = signed.headers;
    for (const headers of [changed, without]) {
      const sent = { ...headers, 'content-length': String(bytes.length) };
      expect(refusals).toContain(
        (await sendExactly({ method: 'PUT', url: signed.url, headers: sent, body: bytes })).status,
      );
    }
    await expectNothingKept();
  },
);

test('signed URLs hold nothing but ids: no file name and no token', async () => {
  const named = await announced({ fileName: 'Erika Mustermann.edf', byteLength: bytes.length });
  const { url } = await signPart(named.id, bytes);
  expect(decodeURIComponent(url)).not.toMatch(/erika|mustermann|bearer|eyJ/i);
});

test('a signed request for reading reads this one file, and does nothing else', async () => {
  const { upload: whole, job } = await processed(edfBytes());
  const download = bodyOf(
    await call('POST', `/v1/recordings/${whole.recordingId}/download`),
    downloadSchema,
    200,
  );
  const url = new URL(absolute(download.url));
  const results = (await resultOf(job.id)).files;
  const elsewhere = new URL(url);
  elsewhere.pathname = new URL(absolute(results[0]?.url ?? '')).pathname;
  expect(refusals).toContain((await fetch(elsewhere)).status);
  for (const method of ['PUT', 'POST', 'DELETE']) {
    expect(refusals).toContain(
      (
        await sendExactly({
          method,
          url: url.toString(),
          headers: { 'content-length': '1' },
          body: Buffer.from('x'),
        })
      ).status,
    );
  }
  const cut = new URL(url);
  cut.search = '';
  expect(refusals).toContain((await fetch(cut)).status);
  expect((await fetch(url)).status).toBe(200);
});
