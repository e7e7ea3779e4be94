import { fstatSync, readSync } from 'node:fs';
import type { ByteSource } from '../../src/index.ts';

/** A file on this machine, read synchronously: from the page cache nothing is faster. */
export function fileSource(descriptor: number): ByteSource {
  return {
    byteLength: fstatSync(descriptor).size,
    readOverheadBytes: 16 * 1024,
    async slice(start, end) {
      const bytes = new Uint8Array(end - start);
      return bytes.subarray(0, fill(descriptor, bytes, start));
    },
    async readInto(target, start) {
      return fill(descriptor, target, start);
    },
  };
}

function fill(descriptor: number, target: Uint8Array, start: number): number {
  let done = 0;
  while (done < target.length) {
    const got = readSync(descriptor, target, done, target.length - done, start + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}
