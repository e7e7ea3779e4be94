import { jobSchema, pageOf, recordingSchema, uploadSchema } from '@edf-pipeline/contracts';
import { bodyOf, call, problemOf } from './test-support/api.ts';
import { edfBytes } from './test-support/edf-bytes.ts';
import { announced, endedJob, uploaded } from './test-support/uploads.ts';

const pages = {
  uploads: pageOf(uploadSchema, 'E2eUploadPage'),
  recordings: pageOf(recordingSchema, 'E2eRecordingPage'),
  jobs: pageOf(jobSchema, 'E2eJobPage'),
};

async function page(kind: keyof typeof pages, query: Record<string, string>) {
  const answer = await call('GET', `/v1/${kind}?${new URLSearchParams(query)}`);
  return bodyOf<{ data: { id: string; createdAt: string }[]; nextCursor: string | null }>(
    answer,
    pages[kind],
    200,
  );
}

/** Reads on from the newest until all of `wanted` have been seen. */
async function idsUntil(
  kind: keyof typeof pages,
  wanted: readonly string[],
  query: Record<string, string> = {},
) {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const { data, nextCursor } = await page(kind, {
      limit: '2',
      ...query,
      ...(cursor !== null && { cursor }),
    });
    expect(data.length).toBeLessThanOrEqual(2);
    if (nextCursor !== null) expect(data).toHaveLength(2);
    seen.push(...data.map(({ id }) => id));
    cursor = nextCursor;
  } while (cursor !== null && !wanted.every((id) => seen.includes(id)));
  return seen;
}

let uploads: Awaited<ReturnType<typeof uploaded>>[];
beforeAll(async () => {
  uploads = [];
  for (let count = 0; count < 5; count += 1) uploads.push(await uploaded(edfBytes()));
  await Promise.all(uploads.map(({ jobId }) => endedJob(jobId)));
});

test.each(['uploads', 'recordings', 'jobs'] as const)(
  '%s are listed page by page, newest first, each once',
  async (kind) => {
    const idsOf = { uploads: 'id', recordings: 'recordingId', jobs: 'jobId' } as const;
    const wanted = uploads.map((upload) => upload[idsOf[kind]]);
    const seen = await idsUntil(kind, wanted);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => wanted.includes(id))).toEqual(wanted.toReversed());
  },
);

test('a page goes on where it was, although newer ones have come meanwhile', async () => {
  const first = await page('recordings', { limit: '1' });
  const added = await uploaded(edfBytes());
  const second = await page('recordings', { limit: '50', cursor: first.nextCursor ?? '' });
  const ids = second.data.map(({ id }) => id);
  expect(ids).not.toContain(added.recordingId);
  expect(ids).not.toContain(first.data[0]?.id);
  await endedJob(added.jobId);
});

test('jobs may be listed by their state', async () => {
  const seen = await idsUntil(
    'jobs',
    uploads.map(({ jobId }) => jobId),
    { status: 'succeeded' },
  );
  expect(seen).toEqual(expect.arrayContaining(uploads.map(({ jobId }) => jobId)));
  const failed = await page('jobs', { status: 'failed', limit: '200' });
  for (const { jobId } of uploads) expect(failed.data.map(({ id }) => id)).not.toContain(jobId);
});

test('open uploads are those that still move', async () => {
  const open = await announced({ byteLength: 1234 });
  const listed = async () =>
    (await page('uploads', { state: 'open', limit: '200' })).data.map(({ id }) => id);
  expect(await listed()).toContain(open.id);
  expect(await listed()).not.toContain(uploads[0]?.id);
  expect((await call('DELETE', `/v1/uploads/${open.id}`)).status).toBe(204);
  expect(await listed()).not.toContain(open.id);
});

test('a cursor of another list, or one that was changed, is refused', async () => {
  const { nextCursor } = await page('recordings', { limit: '1' });
  const cursor = nextCursor ?? '';
  problemOf(await call('GET', `/v1/jobs?cursor=${cursor}`), 'validation-failed');
  const changed = cursor.slice(0, -2) + (cursor.endsWith('AA') ? 'BB' : 'AA');
  problemOf(await call('GET', `/v1/recordings?cursor=${changed}`), 'validation-failed');
});
