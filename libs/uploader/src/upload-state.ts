import type { Problem, Upload, UploadRejection } from '@edf-pipeline/contracts';
import type { WaitCode } from './retry.ts';

/** How an upload ended: all that needs no other try. Everything else is thrown. */
export type UploadOutcome =
  | { readonly kind: 'done'; readonly upload: Upload }
  /** The same bytes were here before; `upload.recordingId` and `upload.jobId` name them. */
  | { readonly kind: 'duplicate'; readonly upload: Upload }
  /** The bytes that arrived were not the announced ones. */
  | { readonly kind: 'rejected'; readonly upload: Upload; readonly rejection: UploadRejection | null }
  /** Refused before a byte moved: not an EDF, too large, against a policy or a quota. */
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Where an upload stands. */
export type UploadState =
  | { readonly kind: 'hashing' }
  | { readonly kind: 'creating' }
  | { readonly kind: 'uploading'; readonly upload: Upload }
  /** A try has failed; the next comes by itself. What has arrived is safe. */
  | {
      readonly kind: 'waiting';
      readonly upload: Upload | null;
      readonly reason: string;
      /** `storage-full`: somebody has to make room; `network`: there was no answer; else what the API told. */
      readonly code: WaitCode;
      readonly seconds: number;
    }
  | { readonly kind: 'verifying'; readonly upload: Upload }
  | UploadOutcome;

/** Bytes of one upload, of all of its parts together. */
export interface UploadProgress {
  readonly phase: 'hashing' | 'uploading';
  readonly totalBytes: number;
  /** Hashed, or sent (parts that have arrived and what is under way). May fall when a part is repeated. */
  readonly doneBytes: number;
  /** Bytes of parts that have arrived for certain. */
  readonly safeBytes: number;
  readonly partsDone: number;
  readonly partCount: number;
}

/**
 * All that is needed to go on with an upload after a crash or in another process: plain JSON, a few
 * hundred bytes, no file name. Keep it where the same file will find it again.
 */
export interface ResumeState {
  readonly version: 1;
  /** Made once per file and kept: repeating the creation answers the same upload. */
  readonly idempotencyKey: string;
  readonly byteLength: number;
  readonly contentId: string | null;
  readonly uploadId: string | null;
}
