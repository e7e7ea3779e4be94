import { toBase64 } from '@edf-pipeline/contracts/content-id';
import type { PartRange } from '@edf-pipeline/contracts/part-size';
import type { Upload, UploadedParts } from '@edf-pipeline/contracts';
import type { ApiClient } from './api-client.ts';
import type { CallOptions } from './api-transport.ts';
import { UploadError } from './errors.ts';
import { isSameDigest, readPart, sha256 } from './part-bytes.ts';
import type { UploadSource } from './part-bytes.ts';
import { createPartSigner } from './part-signer.ts';
import type { PartTransport } from './part-transport.ts';
import type { ProgressMeter } from './progress.ts';
import type { Wait } from './retry.ts';
import { sendPart } from './send-part.ts';

const MiB = 1024 * 1024;

export interface SendPartsOptions {
  readonly client: ApiClient;
  readonly source: UploadSource;
  readonly upload: Upload;
  readonly ranges: readonly PartRange[];
  /** Digest of each part, in order; empty where it is not known yet. Filled in here. */
  readonly digests: (Uint8Array | undefined)[];
  /** What the store holds already. */
  readonly arrived: UploadedParts['parts'];
  readonly parallel: number;
  readonly transport: PartTransport;
  readonly stallSeconds: number;
  readonly patienceSeconds: number;
  readonly meter: ProgressMeter;
  readonly signal?: AbortSignal;
  onWait(wait: Wait): void;
  /** A part has arrived after a wait, or at all. */
  onArrived(): void;
}

/** How many parts may be in memory: `parallel` of 16 MiB, or fewer that are larger. */
export function parallelParts(parallel: number, partByteLength: number): number {
  return Math.max(1, Math.min(parallel, Math.floor((parallel * 16 * MiB) / partByteLength)));
}

/** Sends every part that has not arrived with the right size and checksum. The first error ends all. */
export async function sendParts(options: SendPartsOptions): Promise<void> {
  const { client, upload, source, ranges, digests, meter } = options;
  const { timing } = client;
  const stop = new AbortController();
  const onAbort = () => stop.abort(options.signal?.reason);
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const call: CallOptions = {
    signal: stop.signal,
    patienceSeconds: options.patienceSeconds,
    onWait: options.onWait,
  };

  const arrived = new Map(options.arrived.map((part) => [part.partNumber, part]));
  const hasArrived = (range: PartRange, digest: Uint8Array) => {
    const there = arrived.get(range.partNumber);
    return there?.byteLength === range.end - range.start && there.checksumSha256 === toBase64(digest);
  };
  const inMemory = parallelParts(options.parallel, ranges[0] ? ranges[0].end - ranges[0].start : 1);
  const signer = createPartSigner({
    timing,
    sign: (parts) => client.signParts(upload.id, parts, call),
    upcoming: (partNumber) =>
      ranges.slice(partNumber, partNumber + 2 * inMemory).flatMap((range, index) => {
        const digest = digests[partNumber + index];
        return digest && !hasArrived(range, digest) ? [{ partNumber: range.partNumber, digest }] : [];
      }),
  });

  async function deliver(range: PartRange): Promise<void> {
    const index = range.partNumber - 1;
    const announced = digests[index];
    if (announced && hasArrived(range, announced)) return;
    const body = await readPart(source, range);
    const digest = await sha256(body);
    if (announced && !isSameDigest(announced, digest)) {
      throw new UploadError('file-changed', 'the file was changed while it was being uploaded');
    }
    digests[index] = digest;
    if (hasArrived(range, digest)) return;
    await sendPart(body, {
      transport: options.transport,
      timing,
      stallSeconds: options.stallSeconds,
      patienceSeconds: options.patienceSeconds,
      signal: stop.signal,
      isSingle: upload.method === 'single',
      sign: (isFresh) => signer.take(range.partNumber, digest, isFresh),
      onBytes: (sentBytes) => meter.sent(range, sentBytes),
      onWait: options.onWait,
    });
  }

  let next = 0;
  async function work(): Promise<void> {
    for (let range = ranges[next++]; range; range = ranges[next++]) {
      stop.signal.throwIfAborted();
      await deliver(range);
      meter.arrived(range);
      options.onArrived();
    }
  }

  try {
    const workers = Array.from({ length: inMemory }, () =>
      work().catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(workers);
    // The first error is the cause; the others are its consequence.
    stop.signal.throwIfAborted();
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
}
