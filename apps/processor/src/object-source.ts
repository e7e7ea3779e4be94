import type { ByteSource } from '@edf-pipeline/edf';
import type { ObjectStore } from '@edf-pipeline/storage';

export interface ObjectSource extends ByteSource {
  /** Like `slice`, but the bytes are lent: they hold until the next call. */
  lend(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** One version of a stored object, read by ranges. */
export function objectSource(
  store: Pick<ObjectStore, 'read' | 'readInto'>,
  object: { key: string; versionId: string; byteLength: number },
): ObjectSource {
  const { key, versionId, byteLength } = object;
  const ref = { key, versionId };
  let memory = new Uint8Array(0);
  return {
    byteLength,
    slice: (start, end, signal) => store.read(ref, start, end, signal),
    async lend(start, end, signal) {
      if (!store.readInto) return store.read(ref, start, end, signal);
      if (memory.byteLength < end - start) memory = new Uint8Array(end - start);
      const target = memory.subarray(0, end - start);
      return target.subarray(0, await store.readInto(ref, start, target, signal));
    },
  };
}
