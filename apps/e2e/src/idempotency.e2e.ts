import { randomUUID } from 'node:crypto';
import { uploadSchema } from '@edf-pipeline/contracts';
import { bodyOf, call, problemOf } from './test-support/api.ts';
import { edfBytes } from './test-support/edf-bytes.ts';
import {
  announce,
  announced,
  complete,
  completed,
  contentIdOfFile,
  endedJob,
  processed,
  put,
  signPart,
  uploaded,
} from './test-support/uploads.ts';

test('a repeated announcement answers the same upload', async () => {
  const key = randomUUID();
  const announcement = { fileName: 'a.edf', byteLength: 5000 };
  const first = bodyOf(await announce(announcement, key), uploadSchema, 201);
  const second = bodyOf(await announce(announcement, key), uploadSchema, 200);
  expect(second).toEqual(first);
});

test('ten announcements at once under one key make one upload', async () => {
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 10 }, () => announce({ byteLength: 5000 }, key)));
  const uploads = answers.map((answer) => bodyOf(answer, uploadSchema, 200, 201));
  expect(new Set(uploads.map(({ id }) => id)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
});

test.each([
  [{ byteLength: 5001 }],
  [{ byteLength: 5000, fileName: 'b.edf' }],
  [{ byteLength: 5000, contentId: `${'A'.repeat(43)}=` }],
])('the same key with %j instead is refused', async (other) => {
  const key = randomUUID();
  bodyOf(await announce({ byteLength: 5000 }, key), uploadSchema, 201);
  problemOf(await announce(other, key), 'idempotency-key-reused');
});

test('an upload that is complete may be completed again', async () => {
  const upload = await uploaded(edfBytes());
  const again = await completed(upload.id);
  expect(again).toEqual(upload);
  const { jobId } = again;
  expect((await endedJob(jobId)).status).toBe('succeeded');
  expect(await completed(upload.id)).toEqual(upload);
});

test('five completions at once accept one recording', async () => {
  const bytes = edfBytes();
  const upload = await announced({ byteLength: bytes.length });
  await put(await signPart(upload.id, bytes), bytes);
  const answers = await Promise.all(Array.from({ length: 5 }, () => complete(upload.id)));
  for (const answer of answers) expect(bodyOf(answer, uploadSchema, 200, 202).jobId).toBe(upload.jobId);
  expect((await endedJob(upload.jobId)).status).toBe('succeeded');
});

test('a complete upload is not given up: its recording is to be deleted instead', async () => {
  const upload = await uploaded(edfBytes());
  problemOf(await call('DELETE', `/v1/uploads/${upload.id}`), 'state-conflict');
});

test('a file that is put twice is stored once', async () => {
  const bytes = edfBytes();
  const upload = await announced({ byteLength: bytes.length });
  const signed = await signPart(upload.id, bytes);
  expect((await put(signed, bytes)).status).toBe(200);
  expect([409, 412]).toContain((await put(signed, bytes)).status);
  expect((await completed(upload.id)).status).toBe('completed');
  expect([403, 409, 412]).toContain((await put(signed, bytes)).status);
});

test('two clients that put the same upload at once: one wins, and the file is whole', async () => {
  const bytes = edfBytes({ dataRecordCount: 500 });
  const upload = await announced({ byteLength: bytes.length });
  const signed = await signPart(upload.id, bytes);
  const answers = await Promise.all([put(signed, bytes), put(signed, bytes)]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await completed(upload.id)).status).toBe('completed');
  expect((await endedJob(upload.jobId)).status).toBe('succeeded');
});

test('a completion before the file has come says what is missing', async () => {
  const upload = await announced({ byteLength: 5000 });
  const problem = problemOf(await complete(upload.id), 'parts-missing');
  expect(problem.errors).toEqual([{ pointer: '#/parts/1', detail: expect.any(String) as string }]);
});

test('two clients that upload the same bytes at once share one recording and one job', async () => {
  const bytes = edfBytes();
  const [first, second] = await Promise.all([uploaded(bytes, 'first.edf'), uploaded(bytes, 'second.edf')]);
  expect(first.id).not.toBe(second.id);
  expect(first.recordingId).toBe(second.recordingId);
  expect(first.jobId).toBe(second.jobId);
  expect([first.isDuplicate, second.isDuplicate].sort()).toEqual([false, true]);
  expect((await endedJob(first.jobId)).status).toBe('succeeded');
});

test('bytes that are here already need not be sent', async () => {
  const bytes = edfBytes();
  const { upload } = await processed(bytes);
  const answer = await announce({ byteLength: bytes.length, contentId: await contentIdOfFile(bytes) });
  const known = bodyOf(answer, uploadSchema, 200);
  expect(known).toMatchObject({
    isDuplicate: true,
    status: 'completed',
    recordingId: upload.recordingId,
    jobId: upload.jobId,
  });
});
