import type { Job } from '@edf-pipeline/contracts';
import { createFetchTransport, uploadFile } from '@edf-pipeline/uploader';
import type { JobFollower, Slots, UploadProgress, UploadState } from '@edf-pipeline/uploader';
import { exitCodeOf, exitCodes, sentenceOf } from './exit-code.ts';
import { formatBytes } from './format.ts';
import { openFileSource, readHeaderBytes } from './file-source.ts';
import { putFailureOf, putResultOf } from './put-result.ts';
import type { PutResult } from './put-result.ts';
import type { ResumeStore } from './resume-store.ts';
import type { Connection } from './shell.ts';

const MiB = 1024 * 1024;
/** In places of `Slots`: a file of many parts takes them all. */
export const UPLOAD_PLACES = 4;

export interface PutFileOptions {
  readonly connection: Connection;
  readonly resumeStore: ResumeStore;
  readonly slots: Slots;
  readonly parallel: number;
  /** null: nobody waits for the job. */
  readonly jobs: JobFollower | null;
  readonly maxFileBytes: number;
  readonly signal: AbortSignal;
  onProgress(progress: UploadProgress): void;
  onState(state: UploadState): void;
  onJob(job: Job): void;
  /** A sentence about a wait, once per wait. */
  onWait(sentence: string): void;
}

/** How a file ended: what is reported, and the exit code it asks for. */
export interface PutEnd {
  readonly result: PutResult;
  readonly reason: string | null;
  readonly job: Job | null;
  readonly exitCode: number;
}

/**
 * Uploads one file and, when asked to, waits for its job. Errors of this file are told in what is returned.
 *
 * @throws what concerns all files alike: access token, interruption
 */
export async function putFile(path: string, byteLength: number, options: PutFileOptions): Promise<PutEnd> {
  if (byteLength === 0) {
    const result = putFailureOf(path, 'refused', 'empty-file');
    return { result, reason: 'the file is empty', job: null, exitCode: exitCodes.failed };
  }
  if (byteLength > options.maxFileBytes) {
    const result = putFailureOf(path, 'refused', 'file-too-large');
    const reason = `the file has ${formatBytes(byteLength)}, ${formatBytes(options.maxFileBytes)} are allowed`;
    return { result, reason, job: null, exitCode: exitCodes.failed };
  }
  try {
    const outcome = await options.slots.hold(placesOf(byteLength), () => upload(path, options));
    const hasJob = outcome.kind === 'done' || outcome.kind === 'duplicate';
    const job =
      hasJob && options.jobs ? await options.jobs.waitFor(outcome.upload.jobId, options.onJob) : null;
    const result = putResultOf(path, outcome, job);
    const isFine = result.status === 'uploaded' || result.status === 'succeeded';
    const reason = outcome.kind === 'refused' ? outcome.problem.detail : (job?.error?.message ?? null);
    return { result, reason, job, exitCode: isFine ? exitCodes.ok : exitCodes.failed };
  } catch (error) {
    options.signal.throwIfAborted();
    const exitCode = exitCodeOf(error);
    if (exitCode === null || exitCode === exitCodes.auth || exitCode === exitCodes.interrupted) throw error;
    const code = (error as { code?: string }).code ?? 'failed';
    const reason = sentenceOf(error, options.connection.config.url);
    return { result: putFailureOf(path, 'failed', code), reason, job: null, exitCode };
  }
}

/** Memory: at most 4 × 16 MiB of small files at once, or one file that goes in parts of that sum. */
function placesOf(byteLength: number): number {
  return byteLength <= 16 * MiB ? 1 : UPLOAD_PLACES;
}

function waitSentence({ code, reason }: { readonly code: string; readonly reason: string }): string {
  return code === 'storage-full'
    ? 'the disk of the service is full; tell its operator. The upload goes on by itself once there is room'
    : `${reason}; trying again, what has arrived is safe`;
}

async function upload(path: string, options: PutFileOptions) {
  const { connection, resumeStore, signal } = options;
  signal.throwIfAborted();
  const source = await openFileSource(path);
  try {
    const key = {
      url: connection.config.url,
      absolutePath: source.absolutePath,
      byteLength: source.byteLength,
      modifiedMs: source.modifiedMs,
    };
    let toldCode: string | null = null;
    return await uploadFile({
      client: connection.client,
      source,
      header: await readHeaderBytes(source),
      parallel: options.parallel,
      resume: await resumeStore.read(key),
      onResumeState: (state) => resumeStore.write(key, state),
      onState: (state) => {
        options.onState(state);
        const code = state.kind === 'waiting' ? state.code : null;
        if (state.kind === 'waiting' && code !== toldCode) options.onWait(waitSentence(state));
        toldCode = code;
      },
      onProgress: options.onProgress,
      signal,
      transport: createFetchTransport({ streamBodies: true }),
    });
  } finally {
    await source.close();
  }
}
