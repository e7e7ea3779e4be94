import { StorageError } from './storage-error.ts';
import type { UploadedPart } from './object-store.ts';

/** S3's limit: every part but the last has at least 5 MiB. */
export const s3MinimumPartBytes = 5 * 1024 * 1024;

/** S3 numbers parts from 1 to 10,000. */
export function isPartNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 10_000;
}

/**
 * Compares the parts a completion names with those that arrived. Parts that arrived but are not named are no
 * fault: they are left out, as in S3.
 * @throws StorageError `part-mismatch`, `part-too-small`
 */
export function checkParts(
  key: string,
  expected: readonly UploadedPart[],
  arrived: readonly UploadedPart[],
  minimumPartBytes: number,
): void {
  if (expected.length === 0)
    throw new StorageError('part-mismatch', 'A completion names at least one part.', { key });
  const arrivedByNumber = new Map(arrived.map((part) => [part.partNumber, part]));
  let previous = 0;
  for (const part of expected) {
    const fault = faultOf(part, arrivedByNumber.get(part.partNumber), previous);
    if (fault) throw new StorageError('part-mismatch', `Part ${part.partNumber} ${fault}.`, { key });
    previous = part.partNumber;
  }
  const small = expected.slice(0, -1).find((part) => part.byteLength < minimumPartBytes);
  if (small) {
    const message = `Part ${small.partNumber} has ${small.byteLength} bytes; all but the last need ${minimumPartBytes}.`;
    throw new StorageError('part-too-small', message, { key });
  }
}

function faultOf(expected: UploadedPart, arrived: UploadedPart | undefined, previous: number): string | null {
  if (!isPartNumber(expected.partNumber)) return 'has no valid number';
  if (expected.partNumber <= previous) return 'is out of order';
  if (!arrived) return 'has not arrived';
  if (arrived.byteLength !== expected.byteLength) {
    return `arrived with ${arrived.byteLength} bytes, not ${expected.byteLength}`;
  }
  if (arrived.checksumSha256 !== expected.checksumSha256) return 'arrived with another checksum';
  return null;
}
