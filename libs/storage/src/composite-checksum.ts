import { createHash } from 'node:crypto';

/**
 * S3's checksum of an object completed from parts.
 * @param partChecksums base64 SHA-256 of each part, in order
 */
export function compositeChecksum(partChecksums: readonly string[]): string {
  const hash = createHash('sha256');
  for (const checksum of partChecksums) hash.update(Buffer.from(checksum, 'base64'));
  return `${hash.digest('base64')}-${partChecksums.length}`;
}
