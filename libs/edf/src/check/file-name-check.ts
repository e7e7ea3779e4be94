import type { Finding } from '../finding.ts';
import { findingOf } from '../finding.ts';
import type { EdfHeader } from '../header.ts';

/**
 * Compares the ending of the file's name with its content (EDF068). The name itself is told nowhere: it may hold one
 * of a patient.
 */
export function checkFileName(header: EdfHeader, fileName: string): Finding[] {
  const ending = /\.([^./\\]+)$/.exec(fileName)?.[1];
  const isEdfName = ending !== undefined && /^(edf|bdf|rec)$/i.test(ending);
  const format = header.bytesPerSample === 3 ? 'bdf' : 'edf';
  if (!isEdfName) return [];
  const given = ending.toLowerCase();
  if (given !== format && !(given === 'rec' && format === 'edf')) {
    return [findingOf('EDF068', `The file is ${format.toUpperCase()} and its name ends in .${given}.`)];
  }
  if (ending === given) return [];
  const message = `The name of the file ends in .${ending}; BIDS asks for small letters.`;
  return [findingOf('EDF068', message, { severity: 'info' })];
}
