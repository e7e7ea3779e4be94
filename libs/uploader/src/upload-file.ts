import { contentIdOf, toBase64 } from '@edf-pipeline/contracts/content-id';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import type { PartRange } from '@edf-pipeline/contracts/part-size';
import type { Upload } from '@edf-pipeline/contracts';
import type { ApiClient } from './api-client.ts';
import type { CallOptions } from './api-transport.ts';
import { beginUpload } from './begin-upload.ts';
import { ApiProblem, UploadError } from './errors.ts';
import { finishUpload } from './finish-upload.ts';
import { checkByteLength, readPart, sha256 } from './part-bytes.ts';
import type { UploadSource } from './part-bytes.ts';
import { createFetchTransport } from './part-transport.ts';
import type { PartTransport } from './part-transport.ts';
import { createProgressMeter } from './progress.ts';
import type { ProgressMeter } from './progress.ts';
import { sendParts } from './send-parts.ts';
import type { ResumeState, UploadOutcome, UploadProgress, UploadState } from './upload-state.ts';
import { createXhrTransport, hasXhr } from './xhr-transport.ts';

const MAX_ROUNDS = 3;

export interface UploadFileOptions {
  readonly client: ApiClient;
  readonly source: UploadSource;
  /** The EDF header record, to be checked before any other byte is sent. */
  readonly header?: Uint8Array;
  /** Parts in flight; at most so many times 16 MiB are in memory. */
  readonly parallel?: number;
  /** What `onResumeState` was given last for this file. */
  readonly resume?: ResumeState | null;
  /** Store it (and wait for that) or, when null, forget it. */
  onResumeState?(state: ResumeState | null): void | Promise<void>;
  /** Do not read the file twice: then a file that is already here is sent again. */
  readonly skipContentId?: boolean;
  onState?(state: UploadState): void;
  onProgress?(progress: UploadProgress): void;
  readonly signal?: AbortSignal;
  /** A part is begun again when no byte has moved for so long; there is no limit on the whole. */
  readonly stallSeconds?: number;
  /** How long failing is put up with before the upload is given up (it can be resumed). */
  readonly patienceSeconds?: number;
  /** How long the server may take to put a large file together. */
  readonly verifySeconds?: number;
  /** XMLHttpRequest where there is one, else fetch, unless given. */
  readonly transport?: PartTransport;
}

/**
 * Uploads one file: identifies it, announces it, sends its parts, has it verified.
 *
 * @returns how it ended; see {@link UploadOutcome}
 * @throws UploadError; ApiProblem; NetworkError (try again later with the resume state); the signal's reason
 */
export async function uploadFile(options: UploadFileOptions): Promise<UploadOutcome> {
  const { source } = options;
  if (source.byteLength < 1) throw new UploadError('file-empty', 'the file is empty');
  const ranges = partRangesFor(source.byteLength);
  const meter = createProgressMeter(ranges, options.onProgress);
  const digests: (Uint8Array | undefined)[] = new Array(ranges.length).fill(undefined);
  await checkByteLength(source);
  if (!options.skipContentId) await identify(options, ranges, digests, meter);
  const contentId = options.skipContentId ? null : await contentIdOf(digests as Uint8Array[]);
  let resume = options.resume ?? null;
  let latest: ResumeState | null = null;
  let isAskedAgain = false;
  const remember = async (state: ResumeState) => {
    latest = state;
    await options.onResumeState?.(state);
  };
  for (;;) {
    try {
      const outcome = await attempt(options, { ranges, digests, meter, contentId, resume, remember });
      await options.onResumeState?.(null);
      options.onState?.(outcome);
      return outcome;
    } catch (error) {
      if (hasCode(error, 'file-changed')) await options.onResumeState?.(null);
      // The server was told by the store that the last byte is there, and has completed it before us.
      if (hasCode(error, 'state-conflict') && latest && !isAskedAgain) {
        isAskedAgain = true;
        resume = latest;
        continue;
      }
      // What we came back to is no more (expired, aborted elsewhere): begin once more from nothing.
      if (!resume || !(hasCode(error, 'upload-ended') || hasCode(error, 'not-found'))) throw error;
      resume = null;
    }
  }
}

interface Attempt {
  readonly ranges: readonly PartRange[];
  readonly digests: (Uint8Array | undefined)[];
  readonly meter: ProgressMeter;
  readonly contentId: string | null;
  readonly resume: ResumeState | null;
  remember(state: ResumeState): Promise<void>;
}

async function attempt(options: UploadFileOptions, of: Attempt): Promise<UploadOutcome> {
  const { client, source, signal } = options;
  const patienceSeconds = options.patienceSeconds ?? 600;
  let upload: Upload | null = null;
  let isWaiting = false;
  const call: CallOptions = {
    signal,
    patienceSeconds,
    onWait: ({ reason, code, seconds }) => {
      isWaiting = true;
      options.onState?.({ kind: 'waiting', upload, reason, code, seconds });
    },
  };

  options.onState?.({ kind: 'creating' });
  const begun = await beginUpload({
    client,
    call,
    resume: of.resume,
    contentId: of.contentId,
    byteLength: source.byteLength,
    fileName: source.name,
    headerBase64: options.header ? toBase64(options.header) : undefined,
    remember: of.remember,
  });
  if (begun.kind === 'refused') return begun;
  upload = begun.upload;
  if (begun.isComplete) return finishUpload({ options, call, upload });
  if (upload.partCount !== of.ranges.length) {
    throw new UploadError(
      'part-refused',
      'the server cuts files into other parts than this program; update it',
    );
  }

  const current: Upload = upload;
  const showUploading = () => options.onState?.({ kind: 'uploading', upload: current });
  try {
    for (let round = 1; ; round++) {
      showUploading();
      const { meter } = of;
      await sendParts({
        client,
        source,
        upload,
        meter: round === 1 ? meter : createProgressMeter(of.ranges, options.onProgress),
        ranges: of.ranges,
        digests: of.digests,
        arrived: begun.isNew && round === 1 ? [] : await client.listParts(upload.id, call),
        parallel: Math.max(1, options.parallel ?? 4),
        transport:
          options.transport ??
          (hasXhr() ? createXhrTransport() : createFetchTransport({ fetch: client.fetch })),
        stallSeconds: options.stallSeconds ?? 60,
        patienceSeconds,
        signal,
        onWait: call.onWait!,
        onArrived: () => {
          if (isWaiting) showUploading();
          isWaiting = false;
        },
      });
      await checkByteLength(source);
      try {
        return await finishUpload({ options, call, upload });
      } catch (error) {
        // A store may have lost a part that it had confirmed: see what there is, send the rest.
        if (!hasCode(error, 'parts-missing') || round === MAX_ROUNDS) throw error;
      }
    }
  } catch (error) {
    if (hasCode(error, 'file-changed')) await abandon(client, current.id);
    throw error;
  }
}

/** Reads the whole file once, one part in memory at a time. */
async function identify(
  options: UploadFileOptions,
  ranges: readonly PartRange[],
  digests: (Uint8Array | undefined)[],
  meter: ProgressMeter,
): Promise<void> {
  options.onState?.({ kind: 'hashing' });
  for (const range of ranges) {
    options.signal?.throwIfAborted();
    digests[range.partNumber - 1] = await sha256(await readPart(options.source, range));
    meter.hashed(range);
  }
}

/** Its parts are of no use any more; when this fails, they expire. */
async function abandon(client: ApiClient, uploadId: string): Promise<void> {
  await client.abortUpload(uploadId, { patienceSeconds: 5 }).catch(() => undefined);
}

function hasCode(error: unknown, code: string): boolean {
  return (error instanceof UploadError || error instanceof ApiProblem) && error.code === code;
}
