/** Where a writer puts its bytes: a file, an upload, memory. */
export interface EdfSink {
  /** Appends bytes. The array is lent until the promise resolves: copy what is kept longer. */
  write(bytes: Uint8Array): Promise<void> | void;
  /** Replaces bytes that were written before. Needed only where the number of data records is not known beforehand. */
  patch?(offset: number, bytes: Uint8Array): Promise<void> | void;
}

/** A sink that keeps everything in memory; for small recordings and for tests. */
export interface MemorySink extends EdfSink {
  patch(offset: number, bytes: Uint8Array): void;
  /** A copy of everything written so far, owned by the caller. */
  bytes(): Uint8Array;
}

/** Makes a {@link MemorySink}. */
export function memorySink(): MemorySink {
  let held = new Uint8Array(4096);
  let length = 0;
  return {
    write(bytes) {
      if (length + bytes.length > held.length) {
        const larger = new Uint8Array(Math.max(held.length * 2, length + bytes.length));
        larger.set(held.subarray(0, length));
        held = larger;
      }
      held.set(bytes, length);
      length += bytes.length;
    },
    patch(offset, bytes) {
      held.set(bytes, offset);
    },
    bytes: () => held.slice(0, length),
  };
}
