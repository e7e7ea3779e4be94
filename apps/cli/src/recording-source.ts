import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { inflateGzip, isGzip } from '@edf-pipeline/edf';
import { openFileSource } from './file-source.ts';
import type { FileSource } from './file-source.ts';

/**
 * Opens a recording on disk. One that is compressed with gzip is inflated once, into a working copy that goes with
 * `close`; size and places are those of the recording, and so is the name.
 *
 * @throws GzipError when it is damaged or grows beyond measure
 */
export async function openRecordingSource(path: string, signal: AbortSignal): Promise<FileSource> {
  const file = await openFileSource(path);
  try {
    if (!(await isGzip(file))) return file;
    const name = file.name.replace(/\.gz$/i, '').replace(/\.edfz$/i, '.edf');
    return { ...(await workingCopyOf(file, signal)), name };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Takes over the closing of `file`, unless it throws. */
async function workingCopyOf(file: FileSource, signal: AbortSignal): Promise<FileSource> {
  const folder = await mkdtemp(join(tmpdir(), 'edf-inflated-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'recording');
    // Recordings are about people: nobody else on this machine may read them.
    const copy = await open(path, 'wx', 0o600);
    try {
      // zlib itself takes files of several members (bgzip, .edfz), which the platform's own stream refuses.
      const decompress = (pieces: AsyncIterable<Uint8Array>) =>
        pipeline(pieces, createGunzip({ chunkSize: 1024 * 1024 }), () => undefined);
      for await (const piece of inflateGzip(file, { decompress, signal })) await copy.writeFile(piece);
    } finally {
      await copy.close();
    }
    const source = await openFileSource(path);
    // Where the system allows it the name goes at once: then nothing stays, however this program ends.
    await removeFolder().catch(() => undefined);
    return {
      ...source,
      absolutePath: file.absolutePath,
      modifiedMs: file.modifiedMs,
      close: async () => {
        await source.close();
        await file.close();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
