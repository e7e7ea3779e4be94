import { StorageError } from '../storage-error.ts';

/**
 * True for an error of the operating system with one of these codes. (No `instanceof Error`: in jest, Node's own errors
 * are of another realm.)
 */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return isObject(error) && 'code' in error && codes.includes(String(error.code));
}

/** What callers of the store see of a failed system call; everything else passes through as it is. */
export function toStorageError(error: unknown, key?: string): unknown {
  if (error instanceof StorageError || !isObject(error) || !('syscall' in error)) return error;
  if (hasErrno(error, 'ENOSPC', 'EDQUOT')) {
    return new StorageError(
      'storage-full',
      'The disk of the service is full; tell its operator, then try again.',
      { key, cause: error },
    );
  }
  return new StorageError(
    'storage-unavailable',
    'The disk of the service failed; try again, and tell its operator if it stays so.',
    { key, cause: error },
  );
}

/** Runs an operation of the port so that it rejects with StorageError. */
export async function withStorageErrors<T>(key: string | undefined, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toStorageError(error, key);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
