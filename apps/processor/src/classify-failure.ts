import type { FailureClass } from '@edf-pipeline/contracts';
import type { EdfErrorCode } from '@edf-pipeline/edf';
import { GzipError, isEdfError } from '@edf-pipeline/edf';
import type { Failure } from '@edf-pipeline/ledger';
import { StoreUnavailable, WriteConflict } from '@edf-pipeline/ledger';
import { isStorageError } from '@edf-pipeline/storage';
import { PolicyRefusal } from './refuse-by-policy.ts';

/** The frames of an error's stack, without its message. */
export function whereOf(error: unknown): string {
  // By its shape: errors of a worker thread are of another realm than ours when a test runs them.
  if (typeof error !== 'object' || error === null || !('stack' in error && 'name' in error))
    return typeof error;
  const frames = String(error.stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join('\n');
}

/** EDF errors that the file is not to blame for. */
const blamelessEdfCodes: Readonly<Partial<Record<EdfErrorCode, FailureClass>>> = {
  'source-read-short': 'transient',
  'source-read-failed': 'transient',
  'memory-insufficient': 'resource',
};

/**
 * The one place that decides whether what was thrown is the file's fault (permanent) or may pass. Messages hold no
 * bytes of the file.
 */
export function classifyFailure(error: unknown): Failure {
  if (isEdfError(error)) {
    const { code, message, offset, field } = error;
    return {
      class: blamelessEdfCodes[code] ?? 'invalid_input',
      code,
      message,
      offset,
      field,
    };
  }
  if (error instanceof PolicyRefusal) {
    const { code, message, offset, field } = error;
    return { class: 'invalid_input', code, message, offset, field };
  }
  if (error instanceof GzipError) return { class: 'invalid_input', code: error.code, message: error.message };
  if (
    isStorageError(error, 'storage-full') ||
    (error instanceof StoreUnavailable && error.code === 'store-full')
  ) {
    return {
      class: 'transient',
      code: 'storage-full',
      message: 'The disk for results is full; the job is tried again. Tell the operator of the service.',
    };
  }
  if (isStorageError(error, 'object-not-found')) {
    return {
      class: 'transient',
      code: 'source-missing',
      message: 'The uploaded file could not be found in the storage.',
    };
  }
  if (isStorageError(error)) {
    return {
      class: 'transient',
      code: error.code,
      message: 'The object store did not answer as it should; the job is tried again.',
    };
  }
  if (error instanceof StoreUnavailable || error instanceof WriteConflict) {
    return {
      class: 'transient',
      code: error.code,
      message: 'The ledger did not answer as it should; the job is tried again.',
    };
  }
  return {
    class: 'crash',
    code: 'analysis-error',
    message: 'The analysis stopped with an error of its own; the file is kept for the operator to look at.',
  };
}
