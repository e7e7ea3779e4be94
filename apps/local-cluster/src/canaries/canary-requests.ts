import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Upload } from '@edf-pipeline/contracts';
import { eventually } from '../test-support/eventually.ts';
import type { Life } from './canary-life.ts';
import { upload } from './canary-life.ts';
import {
  annotationsBeyondMemory,
  damagedRecordings,
  nightRecording,
  noRecording,
} from './canary-recordings.ts';
import { fileNames, otherStems, sent } from './chosen-canaries.ts';
import type { WatchedCluster } from './watched-cluster.ts';

const PATIENCE_SECONDS = 60;
const STREAM_SECONDS = 2;

/** Everything there is to see, seen: answers of every kind, to the owner and to a neighbour who must not. */
export async function lookAround(
  { cluster, exchanges, owner, member, neighbour }: WatchedCluster,
  life: Life,
): Promise<void> {
  const { client } = owner;
  const stream = await client.openChangeStream(life.since, AbortSignal.timeout(STREAM_SECONDS * 1000));
  exchanges.keep(owner.tenant, 'GET /v1/events, streamed', stream, await untilCut(stream));
  const { recordingId, jobId, id } = life.night;
  await Promise.all([
    client.listUploads({ limit: 2 }),
    client.listRecordings({ limit: 2 }),
    client.listJobs({ limit: 2 }),
    client.listAudit({ limit: 100 }),
    client.listChanges({ after: life.since }),
    client.getLimits(),
    client.getUsage(),
    client.getUpload(id),
    client.listParts(id),
    client.getRecording(recordingId),
    client.downloadRecording(recordingId),
    client.getResult(jobId),
    client.getReceipt(jobId),
    ...Object.values(life.jobs).flatMap((job) => [client.explainJob(job.id), client.getTimeline(job.id)]),
  ]);
  for (const user of [neighbour, member]) {
    const get = (path: string, method = 'GET') =>
      user.fetch(`${cluster.url}${path}`, { method, headers: { authorization: `Bearer ${user.token}` } });
    await Promise.all([
      get(`/v1/uploads/${id}`),
      get(`/v1/recordings/${recordingId}`),
      get(`/v1/jobs/${jobId}`),
      get(`/v1/jobs/${jobId}/result`),
      get('/v1/recordings'),
      get('/v1/uploads'),
      get('/v1/audit'),
      get('/v1/webhooks'),
    ]);
  }
}

/** What an endless stream has said when it is cut. */
async function untilCut(stream: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of stream.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
  }
  if (text === '') throw new Error('the stream has said nothing');
  return text;
}

/** Conflicts, limits, and ends: what can be refused only where something is there already. */
export async function refuseInContext({ cluster, owner }: WatchedCluster, life: Life): Promise<void> {
  const post = (path: string, body: unknown, key = '') =>
    owner.fetch(`${cluster.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${owner.token}`,
        ...(key && { 'idempotency-key': `${sent.idempotencyKey.text} ${key}` }),
      },
      body: JSON.stringify(body),
    });
  const announced = { fileName: fileNames.aborted.text, byteLength: 5_000 };
  await post('/v1/uploads', announced);
  const answer = await post('/v1/uploads', announced, 'once');
  const { id } = (await answer.json()) as Upload;
  await post('/v1/uploads', { ...announced, byteLength: 6_000 }, 'once');
  await post('/v1/uploads', { ...announced, byteLength: Number.MAX_SAFE_INTEGER }, 'huge');
  await post(`/v1/uploads/${id}/complete`, {});
  await owner.client.abortUpload(id);
  const checksumSha256 = `${'A'.repeat(43)}=`;
  await post(`/v1/uploads/${id}/parts`, { parts: [{ partNumber: 1, checksumSha256 }] });
  await post(`/v1/jobs/${life.night.jobId}/retry`, {});
  await post(`/v1/jobs/${life.jobs.none!.id}/cancel`, {});
  for (const [index, bytes] of [...damagedRecordings(), noRecording(), nightRecording()].entries()) {
    const headerBase64 = bytes.subarray(0, 512).toString('base64');
    await post('/v1/uploads', { ...announced, byteLength: bytes.length, headerBase64 }, `header ${index}`);
  }
  for (const url of [
    `https://${sent.refusedUrl.text}:secret@example.org/`,
    `http://example.org/${sent.refusedUrl.text}`,
    `https://example.org:81/${sent.refusedUrl.text}`,
    `https://10.0.0.1/${sent.refusedUrl.text}`,
    sent.refusedUrl.text,
  ])
    await post('/v1/webhooks', { url, events: ['job.failed'] }, `hook ${url}`);
}

/** What others put into bucket and queue, as whoever has rights there can. */
export async function writeAsOthers({ cluster, s3, sqs }: WatchedCluster): Promise<void> {
  const Key = `source/alpine/${otherStems.foreignKey.text}/source.edf`;
  await s3.send(new PutObjectCommand({ Bucket: cluster.bucket, Key, Body: 'nothing' }));
  for (const body of [
    otherStems.foreignMessage.text,
    JSON.stringify({ Records: [{ [otherStems.foreignMessage.text]: otherStems.foreignMessage.text }] }),
    JSON.stringify({ Records: [{ eventSource: otherStems.foreignMessage.text, eventName: 'x', s3: null }] }),
  ])
    await sqs.send(new SendMessageCommand({ QueueUrl: cluster.queueUrl, MessageBody: body }));
}

/**
 * Nothing behind the processes can be reached, while a job is at work and somebody asks, until a worker has complained.
 *
 * @param complaint what its log says then
 */
export async function askDuringOutage(watched: WatchedCluster, complaint: RegExp): Promise<void> {
  const { cluster, owner } = watched;
  const ask = (method: string, path: string, body?: unknown) =>
    owner.fetch(`${cluster.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${owner.token}`,
        'idempotency-key': `${sent.idempotencyKey.text} outage`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const bytes = Buffer.concat([annotationsBeyondMemory(), Buffer.alloc(1)]);
  const { jobId } = await upload(owner, fileNames.broken, bytes);
  await eventually('a running job', PATIENCE_SECONDS, async () => {
    const { status } = await owner.client.getJob(jobId);
    return status === 'running';
  });
  watched.setServersAway(true);
  try {
    await Promise.all([
      ask('POST', '/v1/uploads', { fileName: fileNames.aborted.text, byteLength: 5_000 }),
      ask('GET', `/v1/recordings?${new URLSearchParams({ cursor: sent.cursor.text })}`),
      ask('GET', '/v1/jobs'),
      ask('POST', '/v1/webhooks', {
        url: `http://127.0.0.1:1/${sent.refusedUrl.text}`,
        events: ['job.failed'],
      }),
    ]);
    await eventually('a complaint of a worker', PATIENCE_SECONDS, () =>
      watched.logPlaces().some(({ bytes }) => complaint.test(Buffer.from(bytes).toString())),
    );
  } finally {
    watched.setServersAway(false);
  }
  await eventually('an answer', PATIENCE_SECONDS, async () => (await ask('GET', '/v1/jobs')).ok);
}
