import { problemOf, bodyOf, call } from './test-support/api.ts';
import { recordingSchema } from '@edf-pipeline/contracts';
import { edfBytes } from './test-support/edf-bytes.ts';
import { openStream, poll } from './test-support/events.ts';
import { announced, completed, deleted, endedJob, put, signPart, uploaded } from './test-support/uploads.ts';

test('a stream tells an upload, its recording and its job, each state newer than the last, to the end', async () => {
  const stream = await openStream();
  const upload = await uploaded(edfBytes());
  await stream.until(
    ({ type, object }) => type === 'job' && object.id === upload.jobId && object.status === 'succeeded',
  );
  await stream.until(
    ({ type, object }) =>
      type === 'recording' && object.id === upload.recordingId && object.resultJobId === upload.jobId,
  );
  stream.close();
  const versions = new Map<string, number>();
  for (const { change, cursor } of stream.seen) {
    expect(cursor).not.toBe('');
    expect(change.object.version).toBeGreaterThan(versions.get(change.object.id) ?? -1);
    versions.set(change.object.id, change.object.version);
  }
  expect(stream.seen.some(({ change }) => change.type === 'upload' && change.object.id === upload.id)).toBe(
    true,
  );
});

test('a client that comes back with its cursor is told what it missed', async () => {
  const before = await openStream();
  before.close();
  const upload = await uploaded(edfBytes());
  await endedJob(upload.jobId);
  for (const cursor of [{ after: before.start }, { lastEventId: before.start }]) {
    const stream = await openStream(cursor);
    const told = await stream.until(
      ({ type, object }) => type === 'job' && object.id === upload.jobId && object.status === 'succeeded',
    );
    stream.close();
    const next = await openStream({ after: told.cursor });
    const other = await uploaded(edfBytes());
    await next.until(({ object }) => object.id === other.id);
    next.close();
    expect(next.start).toBe(told.cursor);
    await endedJob(other.jobId);
  }
});

test('a stream tells that a recording is being deleted and is gone', async () => {
  const upload = await uploaded(edfBytes(), 'to be deleted.edf');
  await endedJob(upload.jobId);
  const stream = await openStream();
  await deleted(upload.recordingId);
  const { change } = await stream.until(
    ({ type, object }) =>
      type === 'recording' && object.id === upload.recordingId && object.status === 'deleted',
  );
  stream.close();
  expect(change.object).toMatchObject({
    fileName: null,
    contentId: '',
    facts: null,
    resultJobId: null,
    job: null,
  });
});

test('a long poll answers as soon as something changes, and its cursor goes on from there', async () => {
  const { cursor } = await poll({});
  const begunAt = Date.now();
  const waiting = poll({ after: cursor, waitSeconds: 20 });
  const upload = await announced({ byteLength: 4321 });
  const page = await waiting;
  expect(Date.now() - begunAt).toBeLessThan(15_000);
  expect(page.cursor).not.toBe(cursor);
  const seen = [...page.data];
  for (let last = page.cursor; !seen.some(({ object }) => object.id === upload.id);) {
    const next = await poll({ after: last, waitSeconds: 20 });
    seen.push(...next.data);
    last = next.cursor;
  }
});

test('who polls is told every object that changed, with versions that grow', async () => {
  let { cursor } = await poll({});
  const bytes = edfBytes();
  const upload = await announced({ byteLength: bytes.length });
  await put(await signPart(upload.id, bytes), bytes);
  await completed(upload.id);
  const versions = new Map<string, number>();
  for (let isDone = false; !isDone;) {
    const page = await poll({ after: cursor, waitSeconds: 20 });
    cursor = page.cursor;
    for (const { type, object } of page.data) {
      expect(object.version).toBeGreaterThanOrEqual(versions.get(object.id) ?? 0);
      versions.set(object.id, object.version);
      isDone ||= type === 'job' && object.id === upload.jobId && object.status === 'succeeded';
    }
  }
  expect([...versions.keys()]).toEqual(expect.arrayContaining([upload.id, upload.recordingId, upload.jobId]));
});

test('a poll that may not wait answers at once, with nothing, when nothing has changed', async () => {
  const { cursor } = await poll({});
  const begunAt = Date.now();
  const page = await poll({ after: cursor, waitSeconds: 0 });
  expect(page.hasMore).toBe(false);
  expect(Date.now() - begunAt).toBeLessThan(5000);
});

test('a cursor of one kind of list is none of the changes', async () => {
  const answer = await call('GET', '/v1/recordings?limit=1');
  const { nextCursor } = JSON.parse(answer.text) as { nextCursor: string | null };
  if (nextCursor !== null)
    problemOf(await call('GET', `/v1/events?after=${nextCursor}`), 'validation-failed');
  const streamed = await call('GET', '/v1/events?after=made-up', {
    headers: { accept: 'text/event-stream' },
  });
  problemOf(streamed, 'validation-failed');
});

test('a recording that is being deleted is shown as such until it is gone', async () => {
  const upload = await uploaded(edfBytes());
  await endedJob(upload.jobId);
  const path = `/v1/recordings/${upload.recordingId}`;
  expect(bodyOf(await call('DELETE', path), recordingSchema, 202)).toMatchObject({
    id: upload.recordingId,
    status: 'deleting',
  });
  const again = await call('DELETE', path);
  if (again.status !== 404) expect(bodyOf(again, recordingSchema, 202).status).toBe('deleting');
});
