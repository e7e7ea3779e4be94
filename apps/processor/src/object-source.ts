import type { ByteSource } from '@edf-pipeline/edf';
import type { ObjectStore } from '@edf-pipeline/storage';

/** One version of a stored object, read by ranges. */
export function objectSource(
  store: Pick<ObjectStore, 'read'>,
  object: { key: string; versionId: string; byteLength: number },
): ByteSource {
  const { key, versionId, byteLength } = object;
  return { byteLength, slice: (start, end, signal) => store.read({ key, versionId }, start, end, signal) };
}
