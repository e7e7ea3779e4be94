import { auditPageSchema, jobExplanationSchema, jobTimelineSchema } from '@edf-pipeline/contracts';
import type { AuditRecord } from '@edf-pipeline/contracts';
import { target } from './config.ts';
import { bodyOf, call, problemOf } from './test-support/api.ts';
import { edfBytes } from './test-support/edf-bytes.ts';
import { processed } from './test-support/uploads.ts';

test('a job tells why it is where it is, and what has happened to it, to its own organisation', async () => {
  const { upload } = await processed(edfBytes({ dataRecordCount: 31 }), 'evidence.edf');
  const explanation = bodyOf(
    await call('GET', `/v1/jobs/${upload.jobId}/explain`),
    jobExplanationSchema,
    200,
  );
  expect(explanation).toMatchObject({ status: 'succeeded', reason: 'ended', position: null, retryAt: null });

  const timeline = bodyOf(await call('GET', `/v1/jobs/${upload.jobId}/timeline`), jobTimelineSchema, 200);
  const what = timeline.entries.map((entry) => entry.what);
  expect(what.slice(0, 2)).toEqual(['upload announced', 'accepted']);
  expect(what).toEqual(expect.arrayContaining(['admitted', 'claimed', 'committed']));
  expect(timeline.entries.map(({ at }) => at)).toEqual(timeline.entries.map(({ at }) => at).sort());
  expect(timeline.entries.some(({ owner }) => owner !== undefined)).toBe(false);

  for (const view of ['explain', 'timeline'])
    problemOf(
      await call('GET', `/v1/jobs/${upload.jobId}/${view}`, { token: target.otherToken }),
      'not-found',
    );
});

test('who has seen and fetched a recording is told to the owner, and to no other organisation', async () => {
  const { upload } = await processed(edfBytes({ dataRecordCount: 37 }), 'audited.edf');
  const { recordingId } = upload;
  await call('GET', `/v1/recordings/${recordingId}`);
  await call('POST', `/v1/recordings/${recordingId}/download`);
  const about = async (token?: string) => {
    const records: AuditRecord[] = [];
    let cursor: string | null = null;
    // Another file of this suite may be filling the list meanwhile.
    for (let pages = 0; pages < 10 && (pages === 0 || cursor !== null); pages++) {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = bodyOf(await call('GET', `/v1/audit?limit=200${query}`, { token }), auditPageSchema, 200);
      records.push(...page.data);
      cursor = page.nextCursor;
    }
    return records.filter(({ objectId }) => objectId === recordingId || objectId === upload.id);
  };
  const own = await about();
  expect(own.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['upload.create', 'recording.read', 'recording.download']),
  );
  expect(own.map(({ at }) => at)).toEqual(
    own
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
  expect(await about(target.otherToken)).toEqual([]);
});
