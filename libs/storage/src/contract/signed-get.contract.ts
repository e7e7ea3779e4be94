import type { ContractSection } from './harness.ts';
import { freshKey, textOf, writeText } from './harness.ts';

export const registerSignedGetContract: ContractSection = (harness, test) => {
  const store = () => harness().store;

  /** An object of ten digits, its signed GET, and a way to fetch a range of it. */
  async function signedDigits(downloadName?: string) {
    const key = freshKey();
    const { versionId } = await writeText(store(), key, '0123456789');
    const request = await store().signGet({ key, versionId, expiresInSeconds: 60, downloadName });
    const fetchRange = (range: string) => harness().send(request, undefined, { range });
    return { key, versionId, request, fetchRange };
  }

  test('a signed GET answers with the object and its content type', async () => {
    const { request } = await signedDigits();
    expect(request.method).toBe('GET');
    const answer = await harness().send(request);
    expect(answer.status).toBe(200);
    expect(textOf(answer.body)).toBe('0123456789');
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(answer.headers['accept-ranges']).toBe('bytes');
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=0-0', '0', 'bytes 0-0/10'],
  ])('the range %s answers 206 with %j', async (range, text, contentRange) => {
    const { fetchRange } = await signedDigits();
    const answer = await fetchRange(range);
    expect(answer.status).toBe(206);
    expect(textOf(answer.body)).toBe(text);
    expect(answer.headers['content-range']).toBe(contentRange);
  });

  test('a range after the end answers 416', async () => {
    const { fetchRange } = await signedDigits();
    expect((await fetchRange('bytes=10-12')).status).toBe(416);
  });

  test('a signed GET answers with its version after newer ones were written', async () => {
    const { key, request } = await signedDigits();
    await writeText(store(), key, 'newer');
    expect(textOf((await harness().send(request)).body)).toBe('0123456789');
  });

  test('a signed GET may be carried out again and again', async () => {
    const { request } = await signedDigits();
    for (let count = 0; count < 3; count += 1) expect((await harness().send(request)).status).toBe(200);
  });

  test('a download name comes back as content disposition, whatever is in it', async () => {
    const { request } = await signedDigits('Nacht "1"\r\nX-Evil: 1; Müller.edf');
    const answer = await harness().send(request);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename/);
    expect(answer.headers['content-disposition']).toContain('M%C3%BCller.edf');
    expect(answer.headers['x-evil']).toBeUndefined();
  });

  test('a GET of another key or version answers 403', async () => {
    const { key, versionId, request } = await signedDigits();
    const other = await signedDigits();
    for (const url of [
      request.url.replace(key, other.key),
      request.url.replace(versionId, other.versionId),
    ]) {
      if (url !== request.url) expect((await harness().send({ ...request, url })).status).toBe(403);
    }
  });

  test('a GET after its time answers 403', async () => {
    const { key, versionId } = await signedDigits();
    const request = await store().signGet({ key, versionId, expiresInSeconds: 1 });
    await harness().expire(request);
    expect((await harness().send(request)).status).toBe(403);
  });

  test('a GET of a deleted object answers 404', async () => {
    const { key, request } = await signedDigits();
    await store().deleteVersions(key);
    expect((await harness().send(request)).status).toBe(404);
  });
};
