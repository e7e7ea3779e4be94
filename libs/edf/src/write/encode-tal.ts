import { decimalFromNanoseconds } from '../decimal.ts';
import { EdfError } from '../errors.ts';

/** An annotation to write; what `readAnnotations` gives can be written as it is. */
export interface WriteAnnotation {
  /** Nanoseconds from the header's start date and time; may be negative. */
  readonly onsetNs: bigint;
  /** Nanoseconds, 0n or more; null or left out where the annotation has none. */
  readonly durationNs?: bigint | null;
  readonly text: string;
}

const encoder = new TextEncoder();
/** What signed 64-bit nanoseconds hold: 292 years. */
const maxNs = 9_223_372_036_854_775_807n;

/** The first TAL of a data record: its onset and an empty text [EDF+ 2.2.4]. */
export function encodeTimeKeepingTal(onsetNs: bigint): Uint8Array {
  return encoder.encode(`${formatOnset(onsetNs)}\x14\x14\0`);
}

/**
 * An annotation as a TAL of its own: onset, duration, text as UTF-8, and the zero byte [EDF+ 2.2.2].
 *
 * @throws EdfError `write-value-invalid` when the text would end its own TAL or the times are not times
 */
export function encodeTal(annotation: WriteAnnotation): Uint8Array {
  const { onsetNs, text } = annotation;
  const durationNs = annotation.durationNs ?? null;
  if (onsetNs > maxNs || onsetNs < -maxNs) refuse('onset', 'The onset is beyond 292 years.');
  if (durationNs !== null && (durationNs < 0n || durationNs > maxNs)) {
    refuse('duration', 'The duration of an annotation is negative or beyond 292 years.');
  }
  if (text.includes('\x14') || text.includes('\0') || !text.isWellFormed()) {
    refuse('text', 'An annotation text holds a byte 0x00 or 0x14, or half a character.');
  }
  if (text === '' && durationNs === null) {
    refuse('text', 'An annotation without text and duration marks nothing.');
  }
  const duration = durationNs === null ? '' : `\x15${decimalFromNanoseconds(durationNs)}`;
  return encoder.encode(`${formatOnset(onsetNs)}${duration}\x14${text}\x14\0`);
}

/**
 * Texts may hold TAB, LF and CR and no other control character [EDF+ 2.2.3].
 *
 * @throws EdfError `write-value-invalid`
 */
export function checkAnnotationText(text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) {
      refuse('text', `An annotation text holds the control character ${code}.`);
    }
  }
}

/** Bytes that the time-keeping TALs of a run need at most: every onset has the decimals of its start and step. */
export function timeKeepingByteLength(startNs: bigint, stepNs: bigint, recordCount: number): number {
  const endNs = startNs + stepNs * BigInt(Math.max(0, recordCount - 1));
  const digits = (ns: bigint): number => String((ns < 0n ? -ns : ns) / 1_000_000_000n).length;
  const decimals = Math.max(decimalsOf(startNs), decimalsOf(stepNs));
  const fraction = decimals === 0 ? 0 : decimals + 1;
  return 1 + Math.max(digits(startNs), digits(endNs)) + fraction + 3;
}

function decimalsOf(ns: bigint): number {
  return decimalFromNanoseconds(ns).split('.')[1]?.length ?? 0;
}

function formatOnset(nanoseconds: bigint): string {
  return `${nanoseconds < 0n ? '' : '+'}${decimalFromNanoseconds(nanoseconds)}`;
}

function refuse(field: string, message: string): never {
  throw new EdfError('write-value-invalid', message, { field });
}
