import type { EdfHeader, EdfVariant, Finding } from '@edf-pipeline/edf';
import {
  byteSourceFromBlob,
  checkHeader,
  dataRecordCountIn,
  headerByteLengthFrom,
  isEdfError,
} from '@edf-pipeline/edf';
import { visibleText } from '../text/visible-text.ts';

/** What a look at the header told, before a byte was sent. */
export type FileCheck =
  | {
      readonly kind: 'edf';
      readonly variant: EdfVariant;
      readonly signalCount: number;
      readonly durationSeconds: number;
      readonly startDateTime: string | null;
      readonly findings: readonly Finding[];
      readonly hasPatientName: boolean;
      /** To be sent ahead, so that the server can refuse early. */
      readonly header: Uint8Array;
    }
  /** Gzip: its header shows only when it is inflated, which is done after the upload. */
  | { readonly kind: 'compressed' }
  /** Looked like an EDF by its name, and is none. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Something else that lay in the folder. */
  | { readonly kind: 'ignored'; readonly reason: string };

const edfName = /\.(edf|bdf|rec|edf\+|edfz|(edf|bdf|rec)\.gz)$/i;

/** Reads a file's header and judges it. Never throws for what a file holds. */
export async function checkFile(file: Blob & { readonly name: string }): Promise<FileCheck> {
  const isNamedEdf = edfName.test(file.name);
  if (file.size === 0) return isNamedEdf ? refused('The file is empty (0 bytes).') : ignored('empty');
  const source = byteSourceFromBlob(file);
  try {
    const first = await source.slice(0, Math.min(256, file.size));
    if (!looksLikeEdf(first)) {
      if (!isNamedEdf) return ignored('not an EDF or BDF file');
      if (isGzip(first)) return { kind: 'compressed' };
      return refused(`This is not an EDF: the file begins with ${beginning(first)}${hintFor(first)}.`);
    }
    const header = await source.slice(0, Math.min(headerByteLengthFrom(first), file.size));
    const checked = checkHeader(header, file.size);
    if (!checked.header)
      return refused(
        checked.findings.find(({ severity }) => severity === 'fatal')?.message ??
          'Its header cannot be read.',
      );
    const records = dataRecordCountIn(checked.header, file.size);
    return {
      kind: 'edf',
      variant: checked.header.variant,
      signalCount: checked.header.signals.filter(({ isAnnotations }) => !isAnnotations).length,
      durationSeconds: records * checked.header.dataRecordDurationSeconds,
      startDateTime: checked.header.startDateTime,
      findings: checked.findings,
      hasPatientName: hasPatientName(checked.header),
      header,
    };
  } catch (error) {
    if (isEdfError(error, 'source-read-failed')) {
      return refused('The file could not be read: it was moved, deleted, or its drive is gone.');
    }
    if (isEdfError(error)) return refused(error.message);
    throw error;
  }
}

/** Whether the field for the patient's name holds something: EDF+ has it as fourth word, plain EDF anywhere. */
export function hasPatientName(header: Pick<EdfHeader, 'variant' | 'localPatientIdentification'>): boolean {
  const words = header.localPatientIdentification.trim().split(/\s+/).filter(Boolean);
  const isAnonymous = (word: string | undefined) =>
    word === undefined || /^(x|xx+|anonymous|anonymized|unknown|-+)$/i.test(word);
  if (header.variant.includes('+')) return !isAnonymous(words[3]);
  return words.some((word) => !isAnonymous(word));
}

/** Whether bytes begin as a gzip file does (RFC 1952, 2.3.1). */
export function isGzip(first: Uint8Array): boolean {
  return first[0] === 0x1f && first[1] === 0x8b;
}

/** Whether a file is to be uploaded. */
export function isRecording(check: FileCheck): check is Extract<FileCheck, { kind: 'edf' | 'compressed' }> {
  return check.kind === 'edf' || check.kind === 'compressed';
}

function looksLikeEdf(first: Uint8Array): boolean {
  const isBdf = first[0] === 0xff && String.fromCharCode(...first.subarray(1, 8)) === 'BIOSEMI';
  return isBdf || /^0 {3,7}/.test(String.fromCharCode(...first.subarray(0, 8)));
}

function beginning(first: Uint8Array): string {
  const bytes = first.subarray(0, 8);
  const text = String.fromCharCode(...bytes);
  const printable = /^[\x20-\x7e]{4}/.exec(text);
  if (printable) return `“${visibleText(text.replace(/[^\x20-\x7e].*$/s, ''))}”`;
  return `the bytes ${[...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

function hintFor(first: Uint8Array): string {
  const text = String.fromCharCode(...first.subarray(0, 5));
  if (text.startsWith('%PDF')) return ' (a PDF document)';
  if (text.startsWith('PK')) return ' (a ZIP archive; unpack it first)';
  if (/^<(!|ht|\?)/i.test(text)) return ' (a web page; the download may have failed)';
  return '';
}

function refused(reason: string): FileCheck {
  return { kind: 'refused', reason };
}

function ignored(reason: string): FileCheck {
  return { kind: 'ignored', reason };
}
