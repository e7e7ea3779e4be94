import { openEdf } from '@edf-pipeline/edf';
import type { EdfFile } from '@edf-pipeline/edf';
import { openRecordingSource } from './recording-source.ts';

/**
 * Opens a recording on disk, compressed with gzip or not, for as long as `use` takes.
 *
 * @throws EdfError when it is none; GzipError when it cannot be inflated
 */
export async function withRecording<T>(
  path: string,
  signal: AbortSignal,
  use: (file: EdfFile) => Promise<T>,
): Promise<T> {
  const source = await openRecordingSource(path, signal);
  try {
    return await use(await openEdf(source, signal));
  } finally {
    await source.close();
  }
}
