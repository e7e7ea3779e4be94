import { openEdf } from '@edf-pipeline/edf';
import type { EdfFile } from '@edf-pipeline/edf';
import { openFileSource } from './file-source.ts';

/**
 * Opens a recording on disk for as long as `use` takes.
 *
 * @throws EdfError when it is none
 */
export async function withRecording<T>(
  path: string,
  signal: AbortSignal,
  use: (file: EdfFile) => Promise<T>,
): Promise<T> {
  const source = await openFileSource(path);
  try {
    return await use(await openEdf(source, signal));
  } finally {
    await source.close();
  }
}
