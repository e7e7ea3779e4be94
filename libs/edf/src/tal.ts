import { nanosecondsFromDecimal } from './decimal.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import { decodeLatin1, decodeText } from './header-text.ts';
import type { EdfHeader, SignalHeader } from './header.ts';

const onsetEnd = 0x14;
const durationStart = 0x15;
// A data record of noise would otherwise give as many findings as it has bytes.
const maxFindingsPerRecord = 100;

/** One annotation of an annotations signal. The text is the file's own and may identify people. */
export interface Annotation {
  /** Nanoseconds from the header's start date and time, exactly as written; may be negative. */
  readonly onsetNs: bigint;
  /** Nanoseconds; null when the file gives none. */
  readonly durationNs: bigint | null;
  readonly text: string;
  /** Onset and duration as written in the file. */
  readonly onsetText: string;
  readonly durationText: string | null;
  /** The data record and the signal that hold it. */
  readonly record: number;
  readonly signal: number;
}

/** What the annotations signals of one data record say. */
export interface RecordAnnotations {
  /** Onset of the data record by its time-keeping TAL; null when it has none. */
  readonly onsetNs: bigint | null;
  /** Decimal places with which that onset is written; 0 when there is none. */
  readonly onsetDecimals: number;
  readonly annotations: Annotation[];
  readonly findings: Finding[];
}

interface Stamp {
  readonly onsetNs: bigint;
  readonly onsetText: string;
  readonly durationNs: bigint | null;
  readonly durationText: string | null;
}

/**
 * Reads the time-stamped annotation lists (TALs) of one data record, of all its annotations signals [EDF+ 2.2].
 * Only the first TAL of the first annotations signal keeps time. Recovered, with a finding: TALs that run together
 * without a zero byte (Nihon Kohden), TALs cut by the end of their block, TALs after the padding, Latin-1 texts.
 *
 * @param recordBytes exactly one data record; only read
 * @param record its index, for annotations and findings
 */
export function parseRecordAnnotations(
  header: EdfHeader,
  recordBytes: Uint8Array,
  record: number,
): RecordAnnotations {
  const findings: Finding[] = [];
  const annotations: Annotation[] = [];
  let timeKeeping: Stamp | null = null;
  let isFirst = true;
  for (const signal of header.signals) {
    if (!signal.isAnnotations) continue;
    const start = signal.byteOffsetInDataRecord;
    const bytes = recordBytes.subarray(start, start + signal.samplesPerDataRecord * header.bytesPerSample);
    const offset = header.headerByteLength + record * header.dataRecordByteLength + start;
    const block = new TalBlock(bytes, offset, signal, record, isFirst, annotations, findings);
    block.read();
    if (isFirst) timeKeeping = block.timeKeeping;
    isFirst = false;
  }
  if (timeKeeping === null && !isFirst && header.variant.includes('+')) {
    const first = header.signals.find((signal) => signal.isAnnotations)!;
    const offset =
      header.headerByteLength + record * header.dataRecordByteLength + first.byteOffsetInDataRecord;
    const message = `Data record ${record} does not begin with a time-keeping TAL.`;
    const assumed = 'it follows the record before it';
    findings.push(findingOf('EDF052', message, { offset, signal: first.index, record, assumed }));
  }
  const onsetDecimals = timeKeeping === null ? 0 : (timeKeeping.onsetText.split('.')[1]?.length ?? 0);
  return { onsetNs: timeKeeping?.onsetNs ?? null, onsetDecimals, annotations, findings };
}

/** The bytes of one annotations signal in one data record, read from the front to the back. */
class TalBlock {
  timeKeeping: Stamp | null = null;
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
    let at = 0;
    let isPadded = false;
    while (at < bytes.length) {
      if (bytes[at] === 0) {
        at = nextNonZero(bytes, at);
        if (at === bytes.length) return;
        isPadded = true;
        this.#report(
          'EDF059',
          'Bytes follow the zero padding of the annotations.',
          at,
          'they are read as TALs',
        );
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
      this.#report(
        'EDF057',
        'The time-keeping TAL lacks its empty text.',
        start,
        'the onset of the data record',
      );
      this.timeKeeping = stamp;
    }
    let isRunTogether = false;
    texts.forEach((piece, index) => {
      if (index === 0 && keepsTime && this.#isEmpty(piece)) {
        this.timeKeeping = stamp;
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
          stamp = next;
          return;
        }
      }
      this.#addAnnotation(stamp!, piece);
    });
  }

  #addAnnotation(stamp: Stamp, [start, end]: readonly [number, number]): void {
    // An empty text without a duration marks nothing; writers put one at the head of every annotations signal.
    if (start === end && stamp.durationText === null) return;
    const { text, isUtf8 } = decodeText(this.#bytes.subarray(start, end));
    if (!isUtf8) {
      this.#report('EDF060', 'An annotation text is not valid UTF-8.', start, 'Latin-1');
    } else if (hasControlCharacter(this.#bytes, start, end)) {
      this.#report('EDF060', 'An annotation text holds a control character.', start);
    }
    const { index: signal } = this.#signal;
    this.#annotations.push({ ...stamp, text, record: this.#record, signal });
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
    if (mark < 0) return { onsetNs, onsetText, durationNs: null, durationText: null };
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
    return { onsetNs, onsetText, durationNs, durationText };
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

  #report(id: string, message: string, at: number, assumed?: string): void {
    if (this.#findings.length >= maxFindingsPerRecord) return;
    const place = { offset: this.#offset + at, signal: this.#signal.index, record: this.#record };
    this.#findings.push(findingOf(id, message, assumed === undefined ? place : { ...place, assumed }));
  }
}

function nextNonZero(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at++;
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
