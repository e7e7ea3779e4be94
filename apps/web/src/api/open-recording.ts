import type { ByteSource, EdfFile } from '@edf-pipeline/edf';
import { isEdfError, openEdf } from '@edf-pipeline/edf';
import { isGzip } from '../files/file-check.ts';

/** What was uploaded: an EDF that can be read, or a gzip file that has to be inflated first. */
export type OpenedOriginal =
  { readonly kind: 'edf'; readonly file: EdfFile } | { readonly kind: 'compressed' };

/** Opens what was uploaded. @throws EdfError for what is neither an EDF nor gzip, and when it cannot be read */
export async function openOriginal(source: ByteSource, signal?: AbortSignal): Promise<OpenedOriginal> {
  try {
    return { kind: 'edf', file: await openEdf(source, signal) };
  } catch (error) {
    if (!isEdfError(error) || isEdfError(error, 'source-read-failed')) throw error;
    if (isGzip(await source.slice(0, 2, signal))) return { kind: 'compressed' };
    throw error;
  }
}
