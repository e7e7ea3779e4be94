import { createHash, randomUUID } from 'node:crypto';
import type { Job, SignedPart, Upload } from '@edf-pipeline/contracts';
import {
  jobSchema,
  recordingSchema,
  resultSchema,
  signedPartsSchema,
  uploadSchema,
} from '@edf-pipeline/contracts';
import { contentIdOf } from '@edf-pipeline/contracts/content-id';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import type { Answer } from './api.ts';
import { absolute, bodyOf, call, eventually } from './api.ts';

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
export const base64Sha256 = (bytes: Uint8Array) => sha256(bytes).toString('base64');

export interface Announcement {
  readonly fileName?: string;
  readonly byteLength: number;
  readonly contentId?: string;
  readonly headerBase64?: string;
}

export function announce(
  announcement: Announcement,
  idempotencyKey: string = randomUUID(),
  token?: string,
): Promise<Answer> {
  return call('POST', '/v1/uploads', {
    token,
    headers: { 'idempotency-key': idempotencyKey },
    body: { fileName: 'night.edf', ...announcement },
  });
}

export async function announced(announcement: Announcement, token?: string): Promise<Upload> {
  return bodyOf(await announce(announcement, undefined, token), uploadSchema, 201);
}

export function contentIdOfFile(bytes: Uint8Array): Promise<string> {
  return contentIdOf(partRangesFor(bytes.length).map(({ start, end }) => sha256(bytes.subarray(start, end))));
}

/** Asks for a request to send this part with; the part is cut as the contract says. */
export async function signPart(
  uploadId: string,
  bytes: Uint8Array,
  partNumber = 1,
  token?: string,
): Promise<SignedPart> {
  const range = partRangesFor(bytes.length)[partNumber - 1];
  if (!range) throw new RangeError(`there is no part ${partNumber}`);
  const checksumSha256 = base64Sha256(bytes.subarray(range.start, range.end));
  const body = { parts: [{ partNumber, checksumSha256 }] };
  const answer = await call('POST', `/v1/uploads/${uploadId}/parts`, { token, body });
  const [signed] = bodyOf(answer, signedPartsSchema, 200).parts;
  if (signed?.partNumber !== partNumber) throw new Error(`part ${partNumber} was not signed`);
  return { ...signed, url: absolute(signed.url) };
}

/** Carries out a signed request; content-length is set by `fetch`. */
export async function put(
  { method, url, headers }: SignedPart,
  body: Uint8Array,
): Promise<{ status: number; text: string; contentType: string }> {
  const sent = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'),
  );
  const response = await fetch(url, {
    method,
    headers: sent,
    body: new Uint8Array(body),
    signal: AbortSignal.timeout(60_000),
  });
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, text: await response.text(), contentType };
}

export const complete = (uploadId: string, token?: string) =>
  call('POST', `/v1/uploads/${uploadId}/complete`, { token });

/** Completes, and waits for what the answer 202 leaves open. */
export async function completed(uploadId: string, token?: string): Promise<Upload> {
  const upload = bodyOf(await complete(uploadId, token), uploadSchema, 200, 202);
  if (upload.status !== 'verifying') return upload;
  return eventually('verification', 60, async () => {
    const now = bodyOf(await call('GET', `/v1/uploads/${uploadId}`, { token }), uploadSchema, 200);
    return now.status !== 'verifying' && now;
  });
}

/** The whole way of a file into the store; its job has been accepted. */
export async function uploaded(bytes: Uint8Array, fileName = 'night.edf', token?: string): Promise<Upload> {
  const upload = await announced({ fileName, byteLength: bytes.length }, token);
  for (const { partNumber, start, end } of partRangesFor(bytes.length)) {
    const answer = await put(await signPart(upload.id, bytes, partNumber, token), bytes.subarray(start, end));
    if (answer.status !== 200)
      throw new Error(`part ${partNumber} was refused: ${answer.status} ${answer.text}`);
  }
  return completed(upload.id, token);
}

export async function jobNow(jobId: string, token?: string): Promise<Job> {
  return bodyOf(await call('GET', `/v1/jobs/${jobId}`, { token }), jobSchema, 200);
}

const ended = ['succeeded', 'failed', 'canceled', 'expired'];

export function endedJob(jobId: string): Promise<Job> {
  return eventually(`the end of ${jobId}`, 120, async () => {
    const job = await jobNow(jobId);
    return ended.includes(job.status) && job;
  });
}

export async function processed(bytes: Uint8Array, fileName?: string): Promise<{ upload: Upload; job: Job }> {
  const upload = await uploaded(bytes, fileName);
  if (upload.status !== 'completed') throw new Error(`the upload is ${upload.status} (${upload.rejection})`);
  return { upload, job: await endedJob(upload.jobId) };
}

export async function resultOf(jobId: string) {
  return bodyOf(await call('GET', `/v1/jobs/${jobId}/result`), resultSchema, 200);
}

/** One file of a job's result, checked against the manifest. */
export async function resultFile(jobId: string, name: string) {
  const file = (await resultOf(jobId)).files.find((each) => each.name === name);
  if (!file) throw new Error(`the result holds no ${name}`);
  const response = await fetch(absolute(file.url), { signal: AbortSignal.timeout(60_000) });
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.status).toBe(200);
  expect(bytes.length).toBe(file.byteLength);
  expect(sha256(bytes).toString('hex')).toBe(file.sha256);
  return { file, bytes, headers: response.headers };
}

/** Asks for deletion and waits until the recording is gone. */
export async function deleted(recordingId: string): Promise<void> {
  const path = `/v1/recordings/${recordingId}`;
  bodyOf(await call('DELETE', path), recordingSchema, 202);
  await eventually(
    `the deletion of ${recordingId}`,
    90,
    async () => (await call('GET', path)).status === 404,
  );
}
