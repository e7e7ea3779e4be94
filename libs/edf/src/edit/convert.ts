import { EdfError } from '../errors.ts';
import type { EdfVariant } from '../header.ts';
import type { EdfFile } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import { bytesPerSampleOf } from '../write.ts';
import type { Derivation } from './derive.ts';
import { derive, wholeOf } from './derive.ts';
import type { EdfOutput } from './edf-output.ts';

/**
 * The same recording as another variant; digital values and limits stay, so physical values do too. EDF becomes BDF
 * by widening; BDF becomes EDF only where every sample fits 16 bits. A recording without gaps becomes +C where +D is
 * asked for, because +D would say that it has some: `variant` of the output is what is written.
 *
 * @throws EdfError `write-value-invalid` where the variant cannot hold the recording: gaps in +C and plain files,
 * annotations in plain files (unless dropped); as {@link derive}
 */
export async function convertEdf(
  file: EdfFile,
  variant: EdfVariant,
  derivation: Pick<
    Derivation,
    'dropAnnotations' | 'localPatientIdentification' | 'localRecordingIdentification'
  > = {},
  signal?: AbortSignal,
): Promise<EdfOutput> {
  const read = await readAnnotations(file, signal);
  const part = wholeOf(file, read);
  if (variant.endsWith('+C') && part.runs.length > 1) {
    const message = `The recording has ${part.runs.length - 1} gaps, which ${variant} cannot say: split it, or write +D.`;
    throw new EdfError('write-value-invalid', message, { field: 'variant' });
  }
  const format = bytesPerSampleOf(variant) === 3 ? 'BDF' : 'EDF';
  return derive(file, part, { ...derivation, format, isPlus: variant.includes('+') }, signal);
}
