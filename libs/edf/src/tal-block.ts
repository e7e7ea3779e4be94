import { nanosecondsFromDecimal } from './decimal.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import { decodeLatin1, decodeText } from './header-text.ts';
import type { SignalHeader } from './header.ts';
import { PlainTals } from './plain-tal.ts';
import type { Annotation } from './tal.ts';
import type { TimeKeeping } from './time-keeping-tal.ts';

const onsetEnd = 0x14;
const durationStart = 0x15;
// A data record of noise would otherwise give as many findings as it has bytes.
const maxFindingsPerRecord = 100;

interface Stamp extends TimeKeeping {
  readonly onsetText: string;
  readonly durationNs: bigint | null;
  readonly durationText: string | null;
}

/**
 * Where TALs begin that follow the one before without a zero byte, as offsets in the block.
 *
 * @param bytes the bytes of one annotations signal in one data record
 * @param keepsTime whether it is the first annotations signal
 */
export function runTogetherOnsets(bytes: Uint8Array, signal: SignalHeader, keepsTime: boolean): number[] {
  const block = new TalBlock(bytes, 0, signal, 0, keepsTime, [], []);
  block.read();
  return block.runTogether;
}

/** The bytes of one annotations signal in one data record, read from the front to the back. */
export class TalBlock {
  timeKeeping: Stamp | null = null;
  /** Whether a text follows the empty one that keeps time: then it names what happens there. */
  namesStart = false;
  /** Whether an annotation stands where the one that keeps time must. */
  hasTextFirst = false;
  readonly runTogether: number[] = [];
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  readonly #signal: SignalHeader;
  readonly #record: number;
  readonly #keepsTime: boolean;
  readonly #annotations: Annotation[];
  readonly #findings: Finding[];

  constructor(
    bytes: Uint8Array,
    offset: number,
    signal: SignalHeader,
    record: number,
    keepsTime: boolean,
    annotations: Annotation[],
    findings: Finding[],
  ) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#signal = signal;
    this.#record = record;
    this.#keepsTime = keepsTime;
    this.#annotations = annotations;
    this.#findings = findings;
  }

  read(): void {
    const bytes = this.#bytes;
    const plainTals = new PlainTals(bytes, this.#record, this.#signal);
    let at = 0;
    let isPadded = false;
    while (at < bytes.length) {
      if (bytes[at] === 0) {
        at = nextNonZero(bytes, at, bytes.length);
        if (at === bytes.length) return;
        isPadded = true;
        this.#report(
          'EDF059',
          'Bytes follow the zero padding of the annotations.',
          at,
          'they are read as TALs',
        );
      }
      // The first one of all may keep time.
      if (at > 0) {
        at = plainTals.read(at, this.#annotations);
        if (bytes[at] === 0) continue;
      }
      const zero = bytes.indexOf(0, at);
      const end = zero < 0 ? bytes.length : zero;
      const before = this.#annotations.length;
      this.#readTal(at, end, zero < 0, this.#keepsTime && at === 0 && !isPadded);
      if (zero === bytes.length - 1 && this.#annotations.length > before) {
        this.#report('EDF063', 'Annotations fill their block to the last byte; more may have been lost.', at);
      }
      at = end + 1;
    }
  }

  #readTal(start: number, end: number, isCut: boolean, keepsTime: boolean): void {
    const pieces = this.#split(start, end);
    if (isCut) {
      this.#report('EDF059', 'A TAL is cut by the end of its block.', start, 'the part that is there');
    } else if (pieces.length < 2 || !this.#isEmpty(pieces.at(-1)!)) {
      this.#report('EDF057', 'A TAL does not end with the bytes 0x14 0x00.', start);
    }
    // Without its end mark the onset itself may be cut: +12 of +123.
    let stamp = pieces.length < 2 ? null : this.#readStamp(pieces[0]!);
    if (pieces.length < 2 || stamp === null) return;
    const texts = pieces.slice(1);
    if (this.#isEmpty(texts.at(-1)!)) texts.pop();
    if (keepsTime && texts.length === 0) {
      const message = 'The time-keeping TAL of a data record lacks its empty text.';
      this.#report('EDF052', message, start, 'the onset of the data record');
      this.timeKeeping = stamp;
    }
    this.hasTextFirst ||= keepsTime && texts.length > 0 && !this.#isEmpty(texts[0]!);
    let isRunTogether = false;
    texts.forEach((piece, index) => {
      if (index === 0 && keepsTime && this.#isEmpty(piece)) {
        this.timeKeeping = stamp;
        this.namesStart = texts[1] !== undefined && !this.#isEmpty(texts[1]);
        return;
      }
      const previous = texts[index - 1];
      const mayStart = index < texts.length - 1 && previous !== undefined;
      if (mayStart && this.#beginsTal(piece, this.#isEmpty(previous) || isRunTogether)) {
        const next = this.#readStamp(piece);
        if (next !== null) {
          if (!isRunTogether) {
            const assumed = 'each onset begins a TAL of its own';
            this.#report('EDF058', 'TALs run together without a zero byte between them.', piece[0], assumed);
          }
          isRunTogether = true;
          this.runTogether.push(piece[0]);
          stamp = next;
          return;
        }
      }
      if (mayStart) this.#reportPossibleOnset(piece, stamp!);
      this.#addAnnotation(stamp!, piece);
    });
  }

  /** One of several texts may be any number, so it is read as what it may be: but a missing zero byte looks the same. */
  #reportPossibleOnset(piece: readonly [number, number], before: Stamp): void {
    if (!this.#beginsTal(piece, true)) return;
    const onsetNs = nanosecondsFromDecimal(decodeLatin1(this.#bytes.subarray(...piece)));
    if (onsetNs === null || onsetNs < before.onsetNs) return;
    const message = 'A text between two others looks like an onset: TALs possibly run together here.';
    this.#report('EDF058', message, piece[0], 'it is a text', 'warning');
  }

  #addAnnotation(stamp: Stamp, [start, end]: readonly [number, number]): void {
    // An empty text without a duration marks nothing; writers put one at the head of every annotations signal.
    if (start === end && stamp.durationText === null) return;
    const { text, isUtf8, encoding } = decodeText(this.#bytes.subarray(start, end));
    if (!isUtf8) {
      this.#report('EDF060', 'An annotation text is not valid UTF-8.', start, encoding);
    } else if (hasControlCharacter(this.#bytes, start, end)) {
      this.#report('EDF060', 'An annotation text holds a control character.', start);
    }
    const { index: signal } = this.#signal;
    const { onsetNs, durationNs, onsetText, durationText } = stamp;
    this.#annotations.push({
      onsetNs,
      durationNs,
      text,
      onsetText,
      durationText,
      record: this.#record,
      signal,
    });
  }

  /** A text that is itself an onset begins a TAL; one with the duration mark, which no text may hold, surely does. */
  #beginsTal([start, end]: readonly [number, number], isPlainOnsetEnough: boolean): boolean {
    const first = this.#bytes[start];
    if (first !== 0x2b && first !== 0x2d) return false;
    const text = decodeLatin1(this.#bytes.subarray(start, end));
    return (
      /^[+-]\d+(\.\d*)?\x15\d+(\.\d*)?$/.test(text) || (isPlainOnsetEnough && /^[+-]\d+(\.\d*)?$/.test(text))
    );
  }

  #readStamp([start, end]: readonly [number, number]): Stamp | null {
    const mark = this.#bytes.subarray(start, end).indexOf(durationStart);
    const onsetStop = mark < 0 ? end : start + mark;
    // Longer than any onset of 64-bit nanoseconds can be; decoding it would only cost time.
    const onsetText = decodeLatin1(this.#bytes.subarray(start, Math.min(onsetStop, start + 64)));
    const onsetNs = /^[+-]?\d+(\.\d*)?$/.test(onsetText) ? nanosecondsFromDecimal(onsetText) : null;
    if (onsetNs === null) {
      this.#report(
        'EDF057',
        'The onset of a TAL is not a signed decimal number.',
        start,
        'the TAL is left out',
      );
      return null;
    }
    if (!/^[+-]/.test(onsetText)) this.#report('EDF057', 'The onset of a TAL has no sign.', start, '+');
    const dot = onsetText.indexOf('.');
    const onsetDecimals = dot < 0 ? 0 : onsetText.length - dot - 1;
    if (mark < 0) return { onsetNs, onsetText, onsetDecimals, durationNs: null, durationText: null };
    const durationText = decodeLatin1(this.#bytes.subarray(onsetStop + 1, Math.min(end, onsetStop + 65)));
    const isDuration = /^\+?\d+(\.\d*)?$/.test(durationText);
    const durationNs = isDuration ? nanosecondsFromDecimal(durationText) : null;
    if (durationNs === null || durationText.startsWith('+')) {
      const assumed = durationNs === null ? 'no duration' : 'the number after the sign';
      this.#report(
        'EDF057',
        'The duration of a TAL is not an unsigned decimal number.',
        onsetStop + 1,
        assumed,
      );
    }
    return { onsetNs, onsetText, onsetDecimals, durationNs, durationText };
  }

  /** The pieces between 0x14 bytes, as [start, end) in the block. */
  #split(start: number, end: number): (readonly [number, number])[] {
    const pieces: (readonly [number, number])[] = [];
    let from = start;
    for (let at = start; at < end; at++) {
      if (this.#bytes[at] !== onsetEnd) continue;
      pieces.push([from, at]);
      from = at + 1;
    }
    pieces.push([from, end]);
    return pieces;
  }

  #isEmpty([start, end]: readonly [number, number]): boolean {
    return start === end;
  }

  #report(id: string, message: string, at: number, assumed?: string, severity?: 'warning'): void {
    if (this.#findings.length >= maxFindingsPerRecord) return;
    const place = { offset: this.#offset + at, signal: this.#signal.index, record: this.#record };
    const about = { ...place, ...(assumed && { assumed }), ...(severity && { severity }) };
    this.#findings.push(findingOf(id, message, about));
  }
}

/** The first byte from `from` that is not 0; `end` when there is none before it. */
export function nextNonZero(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === 0) at++;
  return at;
}

/** Control characters other than TAB, LF and CR are forbidden in a text [EDF+ 2.2.3]. */
function hasControlCharacter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return true;
  }
  return false;
}
