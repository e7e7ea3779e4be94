import type { EdfFile } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import type { Derivation } from './derive.ts';
import { derive, wholeOf } from './derive.ts';
import type { EdfOutput } from './edf-output.ts';

/**
 * A recording with some of its signals, in the order given; annotations and times stay.
 *
 * @param signals indexes of ordinary signals; none leaves the annotations alone
 * @throws EdfError `range-invalid` for a signal that is not there; as {@link derive}
 */
export async function selectSignals(
  file: EdfFile,
  signals: readonly number[],
  derivation: Omit<Derivation, 'signals'> = {},
  signal?: AbortSignal,
): Promise<EdfOutput> {
  const read = await readAnnotations(file, signal);
  return derive(file, wholeOf(file, read), { ...derivation, signals }, signal);
}
