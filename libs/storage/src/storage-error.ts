/** Why a store refused or failed. `storage-unavailable` and `storage-full` may pass; the others will not by themselves. */
export type StorageErrorCode =
  | 'object-not-found'
  | 'object-exists'
  | 'key-invalid'
  | 'multipart-not-found'
  | 'part-mismatch'
  | 'part-too-small'
  | 'checksum-mismatch'
  | 'length-mismatch'
  | 'signature-invalid'
  | 'signature-expired'
  | 'range-invalid'
  | 'storage-full'
  | 'storage-unavailable';

export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly key?: string;

  constructor(code: StorageErrorCode, message: string, options: { key?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StorageError';
    this.code = code;
    this.key = options.key;
  }
}

/** True for a StorageError, of the given code when one is given. */
export function isStorageError(error: unknown, code?: StorageErrorCode): error is StorageError {
  return error instanceof StorageError && (code === undefined || error.code === code);
}
