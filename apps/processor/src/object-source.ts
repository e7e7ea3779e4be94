import type { ByteSource } from '@edf-pipeline/edf';
import type { ObjectStore } from '@edf-pipeline/storage';
import { createReadAhead } from './read-ahead.ts';

/** Read by one reader, one call after the other. */
export interface ObjectSource extends ByteSource {
  /** Like `slice`, but the bytes are lent: they hold until the next call. */
  lend(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** One version of a stored object, read by ranges. */
export function objectSource(
  store: Pick<ObjectStore, 'read' | 'readInto' | 'stretchBytes'>,
  object: { key: string; versionId: string; byteLength: number },
): ObjectSource {
  const { key, versionId, byteLength } = object;
  const ref = { key, versionId };
  const { readInto, stretchBytes } = store;
  const slice: ByteSource['slice'] = (start, end, signal) => store.read(ref, start, end, signal);
  if (!readInto) return { byteLength, slice, lend: slice };
  const fill = (start: number, target: Uint8Array, signal?: AbortSignal) =>
    readInto(ref, start, target, signal);
  if (stretchBytes) {
    const lend = createReadAhead(fill, byteLength, stretchBytes);
    return {
      byteLength,
      async slice(start, end, signal) {
        // The header comes with the first blocks.
        if (end <= stretchBytes) return (await lend(start, end, signal)).slice();
        return slice(start, end, signal);
      },
      lend,
    };
  }
  let memory = new Uint8Array(0);
  return {
    byteLength,
    slice,
    async lend(start, end, signal) {
      if (memory.byteLength < end - start) memory = new Uint8Array(end - start);
      const target = memory.subarray(0, end - start);
      return target.subarray(0, await fill(start, target, signal));
    },
  };
}
