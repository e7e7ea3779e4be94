import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { clampRange } from '../byte-range.ts';
import type { ObjectRef } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { headObject } from './head-object.ts';
import { AnswerBroken, isPreconditionFailed, isS3Error } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';

/** How far a read has come, over all its requests. */
interface Progress {
  /** The version that the first answer came from; all further requests ask for it and no other. */
  versionId?: string;
  etag?: string;
  /** Memory of the whole range as far as the object has it; known since the first answer. */
  target?: Uint8Array;
  filled: number;
}

/**
 * Reads bytes `start` to before `end` of one version. A cut or silent answer is gone on with by range, from the byte
 * after the last one that came (the SDK repeats no GET whose body failed, and waits for a silent one for ever).
 * @param allocate gives memory for as many bytes of the range as the object has, at most `end - start`
 * @returns the filled memory
 */
export async function readRange(
  requests: S3Requests,
  ref: ObjectRef,
  start: number,
  end: number,
  allocate: (byteLength: number) => Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  clampRange(start, end, end);
  if (start === end) {
    if (!(await headObject(requests, ref, signal))) throw notFound(ref.key);
    return allocate(0);
  }
  const progress: Progress = { versionId: ref.versionId, filled: 0 };
  await requests.retry(() => readOn(requests, ref.key, progress, start, end, allocate, signal), signal);
  return progress.target!;
}

async function readOn(
  { client, bucket }: S3Requests,
  key: string,
  progress: Progress,
  start: number,
  end: number,
  allocate: (byteLength: number) => Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const from = start + progress.filled;
  const to = progress.target ? start + progress.target.byteLength : end;
  const input = {
    Bucket: bucket,
    Key: key,
    VersionId: progress.versionId,
    Range: `bytes=${from}-${to - 1}`,
    IfMatch: progress.etag,
  };
  let answer: GetObjectCommandOutput;
  try {
    answer = await client.send(new GetObjectCommand(input), { abortSignal: signal });
  } catch (error) {
    if (isS3Error(error, 'InvalidRange')) {
      progress.target ??= allocate(0); // the range starts behind the end
      return;
    }
    // The version is a delete marker, or what was given can be no version's id.
    if (isS3Error(error, 'MethodNotAllowed')) throw notFound(key, error);
    if (isS3Error(error, 'InvalidArgument') && progress.versionId !== undefined) throw notFound(key, error);
    // Only with a condition of ours: in a bucket without versions the object was replaced while it was read.
    if (isPreconditionFailed(error))
      throw new StorageError('storage-unavailable', 'The object was replaced while it was read.', { key });
    throw error;
  }
  const body = answer.Body as Readable;
  try {
    const found = whatCame(answer, from);
    progress.versionId ??= answer.VersionId;
    progress.etag ??= answer.ETag;
    progress.target ??= allocate(Math.max(Math.min(end, found.byteLength) - start, 0));
    await fill(body, progress as Progress & { target: Uint8Array }, from, found);
  } finally {
    // Left half read, it would keep its connection for ever.
    body.destroy();
  }
}

interface Found {
  /** Which byte of the object the body starts with. */
  readonly start: number;
  /** Of the object. */
  readonly byteLength: number;
  /** The server ignored the range, as it may (RFC 9110 14.2), and sends everything. */
  readonly isWhole: boolean;
}

function whatCame({ ContentRange, ContentLength }: GetObjectCommandOutput, from: number): Found {
  const isWhole = ContentRange === undefined;
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(ContentRange ?? '');
  const start = isWhole ? 0 : Number(match?.[1]);
  const byteLength = isWhole ? (ContentLength ?? NaN) : Number(match?.[2]);
  if ((!isWhole && start !== from) || !Number.isSafeInteger(byteLength))
    throw new AnswerBroken(`S3 was asked for bytes from ${from} and sent another range.`);
  return { start, byteLength, isWhole };
}

/**
 * The client cuts a body that falls silent, and one whose reader gives up: both end the loop with an error.
 * A body that ends with the range is read to its end, so that its connection serves the next request.
 */
async function fill(
  body: Readable,
  progress: Progress & { readonly target: Uint8Array },
  from: number,
  found: Found,
): Promise<void> {
  const { target } = progress;
  let toSkip = from - found.start;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const useful = chunk.subarray(toSkip, toSkip + target.byteLength - progress.filled);
    toSkip = Math.max(toSkip - chunk.byteLength, 0);
    target.set(useful, progress.filled);
    progress.filled += useful.byteLength;
    if (found.isWhole && progress.filled === target.byteLength) return;
  }
  if (progress.filled < target.byteLength) throw new AnswerBroken('The answer ended early.');
}

function notFound(key: string, cause?: unknown): StorageError {
  return new StorageError('object-not-found', 'There is no such object.', { key, cause });
}
