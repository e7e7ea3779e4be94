import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { WriteOptions, WrittenObject } from '../object-store.ts';
import { untilAborted } from '../until-aborted.ts';
import { headObject, onlyVersion, writeIdMetadata } from './head-object.ts';
import { collectParts } from './part-buffer.ts';
import { once } from './retry.ts';
import { isPreconditionFailed } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';
import { writeParts } from './write-parts.ts';

/** S3 takes 5 GB in one PUT; what is larger than this is written in parts, of which one alone is sent again. */
const maxPutBytes = 64 * 1024 * 1024;

/** Writes a whole object: with one PUT where it is short, else in parts, two of which are in memory. */
export async function writeObject(
  requests: S3Requests,
  key: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  options: WriteOptions,
  signal?: AbortSignal,
): Promise<WrittenObject> {
  if (body instanceof Uint8Array && body.byteLength <= maxPutBytes)
    return putObject(requests, key, body, options, signal);
  const chunks = body instanceof Uint8Array ? [body] : body;
  const parts = collectParts(untilAborted(asyncOf(chunks), signal), requests.partBytes);
  const first = await parts.next();
  if (first.done || first.value.isLast)
    return putObject(requests, key, first.value?.bytes ?? new Uint8Array(), options, signal);
  return writeParts(requests, key, first.value, parts, options, signal);
}

async function* asyncOf(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  yield* chunks;
}

async function putObject(
  requests: S3Requests,
  key: string,
  bytes: Uint8Array,
  { contentType, ifAbsent }: WriteOptions,
  signal?: AbortSignal,
): Promise<WrittenObject> {
  const { client, bucket, retry } = requests;
  const writeId = requests.ids();
  const checksumSha256 = createHash('sha256').update(bytes).digest('base64');
  const input = {
    Bucket: bucket,
    Key: key,
    Body: bytes,
    ContentLength: bytes.byteLength,
    ContentType: contentType,
    ChecksumSHA256: checksumSha256,
    IfNoneMatch: ifAbsent ? '*' : undefined,
    Metadata: { [writeIdMetadata]: writeId },
  };
  return retry(async (attempt) => {
    // An earlier try may have been carried out with its answer lost: that is looked up, not guessed.
    const own = attempt > 1 ? await ownWrite(requests, key, writeId, signal) : null;
    if (own) return own;
    try {
      const { VersionId } = await client.send(new PutObjectCommand(input), { abortSignal: signal });
      const { byteLength } = bytes;
      return { key, versionId: VersionId ?? onlyVersion, byteLength, checksumSha256, contentType };
    } catch (error) {
      // Refused because of its own earlier try, which arrived after all.
      const late = attempt > 1 && isPreconditionFailed(error);
      const written = late ? await ownWrite(requests, key, writeId, signal) : null;
      if (written) return written;
      throw error;
    }
  }, signal);
}

async function ownWrite(
  requests: S3Requests,
  key: string,
  writeId: string,
  signal?: AbortSignal,
): Promise<WrittenObject | null> {
  const found = await headObject({ ...requests, retry: once }, { key }, signal);
  return found?.writeId === writeId ? found.head : null;
}
