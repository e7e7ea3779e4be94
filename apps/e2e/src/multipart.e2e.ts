import { uploadedPartsSchema, uploadSchema } from '@edf-pipeline/contracts';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import { bodyOf, call, problemOf, sendExactly } from './test-support/api.ts';
import { largeEdfBytes } from './test-support/edf-bytes.ts';
import {
  announced,
  base64Sha256,
  complete,
  completed,
  contentIdOfFile,
  deleted,
  endedJob,
  put,
  signPart,
} from './test-support/uploads.ts';

const MiB = 1024 * 1024;
const bytes = largeEdfBytes(69);
const ranges = partRangesFor(bytes.length);
const partOf = (number: number) => {
  const range = ranges[number - 1];
  if (!range) throw new RangeError(`no part ${number}`);
  return bytes.subarray(range.start, range.end);
};

const arrivedParts = async (uploadId: string) =>
  bodyOf(await call('GET', `/v1/uploads/${uploadId}/parts`), uploadedPartsSchema, 200).parts;

test('a large file arrives in parts: out of order, one twice, one too short, and resumed after a look at what is there', async () => {
  const contentId = await contentIdOfFile(bytes);
  const upload = await announced({ byteLength: bytes.length, contentId });
  expect(upload).toMatchObject({ method: 'multipart', partByteLength: 16 * MiB, partCount: 5 });
  expect(await arrivedParts(upload.id)).toEqual([]);
  const none = problemOf(await complete(upload.id), 'parts-missing');
  expect(none.errors?.map(({ pointer }) => pointer)).toEqual(
    [1, 2, 3, 4, 5].map((part) => `#/parts/${part}`),
  );

  for (const number of [5, 2, 1]) {
    expect((await put(await signPart(upload.id, bytes, number), partOf(number))).status).toBe(200);
  }
  expect((await put(await signPart(upload.id, bytes, 2), partOf(2))).status).toBe(200);

  const third = await signPart(upload.id, bytes, 3);
  expect((await put(third, partOf(3).subarray(0, 5 * MiB))).status).toBeGreaterThanOrEqual(400);
  const isCut = await sendExactly({
    ...third,
    headers: { ...third.headers, 'content-length': String(5 * MiB) },
    body: partOf(3).subarray(0, 5 * MiB),
  });
  expect([400, 403, 411]).toContain(isCut.status);
  const damaged = Buffer.from(partOf(3));
  damaged[7] = (damaged[7] ?? 0) ^ 1;
  expect((await put(third, damaged)).status).toBe(400);

  expect((await arrivedParts(upload.id)).map(({ partNumber }) => partNumber)).toEqual([1, 2, 5]);
  const missing = problemOf(await complete(upload.id), 'parts-missing');
  expect(missing.errors?.map(({ pointer }) => pointer)).toEqual(['#/parts/3', '#/parts/4']);

  const arrived = new Map((await arrivedParts(upload.id)).map((part) => [part.partNumber, part]));
  for (const { partNumber } of ranges) {
    const there = arrived.get(partNumber);
    if (there)
      expect(there).toEqual({
        partNumber,
        byteLength: partOf(partNumber).length,
        checksumSha256: base64Sha256(partOf(partNumber)),
      });
    else
      expect((await put(await signPart(upload.id, bytes, partNumber), partOf(partNumber))).status).toBe(200);
  }
  expect(await completed(upload.id)).toMatchObject({ status: 'completed' });
  expect((await endedJob(upload.jobId)).status).toBe('succeeded');

  expect((await put(third, partOf(3))).status).toBeGreaterThanOrEqual(400);
  expect(await completed(upload.id)).toMatchObject({ status: 'completed', jobId: upload.jobId });
  const again = await call('POST', `/v1/uploads/${upload.id}/parts`, {
    body: { parts: [{ partNumber: 1, checksumSha256: base64Sha256(partOf(1)) }] },
  });
  problemOf(again, 'state-conflict');
  await deleted(upload.recordingId);
}, 120_000);

test('an upload in parts that is given up takes nothing more', async () => {
  const upload = await announced({ byteLength: bytes.length });
  const signed = await signPart(upload.id, bytes, 1);
  expect((await call('DELETE', `/v1/uploads/${upload.id}`)).status).toBe(204);
  expect((await call('DELETE', `/v1/uploads/${upload.id}`)).status).toBe(204);
  expect(bodyOf(await call('GET', `/v1/uploads/${upload.id}`), uploadSchema, 200).status).toBe('aborted');
  problemOf(await complete(upload.id), 'upload-ended');
  problemOf(await call('GET', `/v1/uploads/${upload.id}/parts`), 'upload-ended');
  const body = { parts: [{ partNumber: 1, checksumSha256: base64Sha256(partOf(1)) }] };
  problemOf(await call('POST', `/v1/uploads/${upload.id}/parts`, { body }), 'upload-ended');
  problemOf(await call('GET', `/v1/recordings/${upload.recordingId}`), 'not-found');
  expect(signed.partNumber).toBe(1);
});

test('a part that the upload does not have is not signed', async () => {
  const upload = await announced({ byteLength: bytes.length });
  const checksumSha256 = base64Sha256(partOf(1));
  for (const partNumber of [6, 0, 10_001, 1.5]) {
    problemOf(
      await call('POST', `/v1/uploads/${upload.id}/parts`, {
        body: { parts: [{ partNumber, checksumSha256 }] },
      }),
      'validation-failed',
    );
  }
  problemOf(
    await call('POST', `/v1/uploads/${upload.id}/parts`, { body: { parts: [] } }),
    'validation-failed',
  );
  const badChecksum = { parts: [{ partNumber: 1, checksumSha256: 'abc' }] };
  problemOf(await call('POST', `/v1/uploads/${upload.id}/parts`, { body: badChecksum }), 'validation-failed');
  await call('DELETE', `/v1/uploads/${upload.id}`);
});
