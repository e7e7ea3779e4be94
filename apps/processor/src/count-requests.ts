import type { ObjectStore } from '@edf-pipeline/storage';

/** What was asked of an object store, in the classes that have a price. */
export interface RequestCounts {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** GET and HEAD. */
  readonly objectReads: number;
  /** PUT, POST, LIST: dearer by more than ten times. Deleting is free. */
  readonly objectWrites: number;
}

export interface CountedStore {
  readonly store: ObjectStore;
  counts(): RequestCounts;
}

/** From here on the S3 store sends a stream in parts, about so long (libs/storage, part-buffer.ts). */
const PART_BYTES = 8 * 1024 * 1024;

/** The same store, and what was asked of it. Retries below the port are not seen. */
export function countRequests(store: ObjectStore): CountedStore {
  const counts = { bytesRead: 0, bytesWritten: 0, objectReads: 0, objectWrites: 0 };

  return {
    counts: () => ({ ...counts }),
    store: {
      head(ref, signal) {
        counts.objectReads += 1;
        return store.head(ref, signal);
      },
      async read(ref, start, end, signal) {
        counts.objectReads += 1;
        const bytes = await store.read(ref, start, end, signal);
        counts.bytesRead += bytes.byteLength;
        return bytes;
      },
      ...(store.stretchBytes !== undefined && { stretchBytes: store.stretchBytes }),
      // A store without it has none here either: readers look whether it is there.
      ...(store.readInto && {
        async readInto(...args: Parameters<NonNullable<ObjectStore['readInto']>>) {
          counts.objectReads += 1;
          const byteLength = (await store.readInto?.(...args)) ?? 0;
          counts.bytesRead += byteLength;
          return byteLength;
        },
      }),
      async write(key, body, options, signal) {
        let written = 0;
        async function* countBytes(chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            written += chunk.byteLength;
            yield chunk;
          }
        }
        const isWhole = body instanceof Uint8Array;
        if (isWhole) written = body.byteLength;
        try {
          return await store.write(key, isWhole ? body : countBytes(body), options, signal);
        } finally {
          const parts = isWhole ? 1 : Math.ceil(written / PART_BYTES);
          counts.bytesWritten += written;
          // A multipart upload is begun and completed besides.
          counts.objectWrites += parts <= 1 ? 1 : parts + 2;
        }
      },
      list(prefix, after, signal) {
        counts.objectWrites += 1;
        return store.list(prefix, after, signal);
      },
      deleteVersions(prefix, signal) {
        counts.objectWrites += 1;
        return store.deleteVersions(prefix, signal);
      },
    },
  };
}
