import { randomUUID } from 'node:crypto';
import { setTimeout as delayFor } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { s3MinimumPartBytes } from '../check-parts.ts';
import { checkKey } from '../object-key.ts';
import type { UploadStore } from '../object-store.ts';
import { assertBucket } from './assert-bucket.ts';
import { deleteVersions } from './delete-versions.ts';
import { headObject } from './head-object.ts';
import { listObjects } from './list-objects.ts';
import { abortUpload, completeMultipart, listParts } from './multipart.ts';
import { readRange } from './read-range.ts';
import { createRetry } from './retry.ts';
import { isTransientS3Error, toStorageError } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';
import { createS3Signer } from './sign-requests.ts';
import { writeObject } from './write-object.ts';
import { createUpload } from './write-parts.ts';

/** Some 50 ms of a connection: the price and the first byte of a request weigh little beside it. */
const STRETCH_BYTES = 8 * 1024 * 1024;

/** Where the objects are: text and numbers alone, so that a worker thread can be given it and open the same store. */
export interface S3StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Instead of AWS's; without it the SDK's own settings decide (`AWS_ENDPOINT_URL_S3`). */
  readonly endpoint?: string;
  /** The endpoint that clients reach, in signed requests; `endpoint` unless given. */
  readonly publicEndpoint?: string;
  /** `http://host/bucket/key` in place of `http://bucket.host/key`: for stand-ins without a name of their own. */
  readonly forcePathStyle?: boolean;
  /** For how long a connection or an answer may bring nothing before it is cut and asked again; 20 unless given. */
  readonly idleSeconds?: number;
  /** How often a request is made at most; 8 unless given, about 6 s in all. */
  readonly attempts?: number;
  /** Bytes of the first thousand parts of a streamed write, two of which are in memory; 8 MiB unless given. */
  readonly partBytes?: number;
}

/** What tests give the store in place of the real thing. */
export interface S3StoreDeps {
  /** The SDK's default chain unless given: environment, shared files, role of the pod or machine. */
  readonly credentials?: S3ClientConfig['credentials'];
  readonly clock?: () => Date;
  readonly ids?: () => string;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly delay?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** An UploadStore in one bucket of S3. */
export interface S3Store extends UploadStore {
  /** @throws BucketUnusable, which says what to do; StorageError `storage-unavailable` */
  assertBucket(signal?: AbortSignal): Promise<void>;
  /** Closes the connections. */
  close(): void;
}

export function createS3Store(options: S3StoreOptions, deps: S3StoreDeps = {}): S3Store {
  const { bucket, endpoint, publicEndpoint = endpoint, idleSeconds = 20, attempts = 8 } = options;
  const { credentials, clock = () => new Date(), ids = randomUUID, random = Math.random } = deps;
  const delay = deps.delay ?? ((ms, signal) => delayFor(ms, undefined, { signal }));
  const idleMs = idleSeconds * 1000;
  const settings: S3ClientConfig = {
    region: options.region,
    forcePathStyle: options.forcePathStyle ?? false,
    // Else the SDK adds the CRC32 of no bytes to each signed PUT, and S3 refuses the bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Retries are ours: only who counts the tries knows whether a refusal may be an answer to an earlier one.
    maxAttempts: 1,
    ...(credentials && { credentials }),
  };
  const client = new S3Client({
    ...settings,
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: {
      connectionTimeout: Math.min(idleMs, 5000),
      // Of the whole exchange, bodies included: the SDK waits for a silent one for ever otherwise.
      socketTimeout: idleMs,
      httpAgent: { maxSockets: 128 },
      httpsAgent: { maxSockets: 128 },
    },
  });
  const signingClient = new S3Client({
    ...settings,
    ...(publicEndpoint !== undefined && { endpoint: publicEndpoint }),
  });
  const requests: S3Requests = {
    client,
    bucket,
    retry: createRetry({
      attempts,
      baseMs: 100,
      capMs: 5000,
      random,
      delay,
      isTransient: isTransientS3Error,
    }),
    partBytes: options.partBytes ?? 8 * 1024 * 1024,
    minimumPartBytes: s3MinimumPartBytes,
    ids,
  };

  /** Runs an operation on a key or prefix so that it rejects with StorageError. */
  async function run<T>(
    key: string | undefined,
    signal: AbortSignal | undefined,
    operation: () => Promise<T>,
  ) {
    try {
      signal?.throwIfAborted();
      return await operation();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw toStorageError(error, bucket, key);
    }
  }

  function runOnKey<T>(key: string, signal: AbortSignal | undefined, operation: () => Promise<T>) {
    return run(key, signal, async () => {
      checkKey(key);
      return operation();
    });
  }

  return {
    ...createS3Signer({
      client: signingClient,
      bucket,
      // What the other client has learned of S3's time from its refusals.
      clock: () => new Date(clock().getTime() + client.config.systemClockOffset),
    }),

    head: (ref, signal) =>
      runOnKey(ref.key, signal, async () => (await headObject(requests, ref, signal))?.head ?? null),

    read: (ref, start, end, signal) =>
      runOnKey(ref.key, signal, () =>
        readRange(requests, ref, start, end, (byteLength) => new Uint8Array(byteLength), signal),
      ),

    stretchBytes: STRETCH_BYTES,

    readInto: (ref, start, target, signal) =>
      runOnKey(ref.key, signal, async () => {
        const lend = (byteLength: number) => target.subarray(0, byteLength);
        const end = start + target.byteLength;
        return (await readRange(requests, ref, start, end, lend, signal)).byteLength;
      }),

    write: (key, body, writeOptions, signal) =>
      runOnKey(key, signal, () => writeObject(requests, key, body, writeOptions, signal)),

    list: (prefix, after, signal) => run(prefix, signal, () => listObjects(requests, prefix, after, signal)),

    deleteVersions: (prefix, signal) => run(prefix, signal, () => deleteVersions(requests, prefix, signal)),

    createMultipart: (key, contentType, signal) =>
      runOnKey(key, signal, async () => ({
        multipartId: await createUpload(requests, key, contentType, {}, signal),
      })),

    listParts: (key, multipartId, signal) =>
      runOnKey(key, signal, () => listParts(requests, key, multipartId, signal)),

    completeMultipart: (key, multipartId, parts, completion, signal) =>
      runOnKey(key, signal, () => completeMultipart(requests, key, multipartId, parts, completion, signal)),

    abortMultipart: (key, multipartId, signal) =>
      runOnKey(key, signal, () => abortUpload(requests, key, multipartId, signal)),

    assertBucket: (signal) => run(undefined, signal, () => assertBucket(requests, signal)),

    close() {
      client.destroy();
      signingClient.destroy();
    },
  };
}
