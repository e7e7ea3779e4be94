import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { EdfError, headerByteLengthFrom } from '@edf-pipeline/edf';

/** A file on disk as both libraries read it: for uploading and for checking. */
export interface FileSource {
  readonly name: string;
  readonly absolutePath: string;
  readonly byteLength: number;
  readonly modifiedMs: number;
  /** Bytes from `start` to `end`, exclusive; fewer only when the file ends before. */
  slice(start: number, end: number): Promise<Uint8Array>;
  /** Puts the bytes from `start` into `target`, as many as there are, and says how many. */
  readInto(target: Uint8Array, start: number): Promise<number>;
  currentByteLength(): Promise<number>;
  close(): Promise<void>;
}

export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await open(path, 'r');
  const { size, mtimeMs } = await handle.stat();
  const readInto = async (target: Uint8Array, start: number): Promise<number> => {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await handle.read(target, filled, target.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  };
  return {
    name: basename(path),
    absolutePath: resolve(path),
    byteLength: size,
    modifiedMs: Math.floor(mtimeMs),
    readInto,
    async slice(start, end) {
      const bytes = new Uint8Array(Math.max(0, end - start));
      return bytes.subarray(0, await readInto(bytes, start));
    },
    currentByteLength: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

/** The header record; of what is no EDF the first 256 bytes, so that the server can say what it is instead. */
export async function readHeaderBytes(source: FileSource): Promise<Uint8Array> {
  const first = await source.slice(0, 256);
  try {
    return await source.slice(0, headerByteLengthFrom(first));
  } catch (error) {
    if (error instanceof EdfError) return first;
    throw error;
  }
}
