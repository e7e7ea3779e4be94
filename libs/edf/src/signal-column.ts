import type { Finding, FindingPlace } from './finding.ts';
import type { SignalFieldName } from './header-fields.ts';
import { signalFieldOffset, signalFields } from './header-fields.ts';
import type { HeaderReader } from './header-reader.ts';
import { checkHeaderBytes } from './header-text.ts';

/** One field of all signals: in the header record they lie one after the other. */
export class SignalColumn {
  readonly length: number;
  readonly #name: SignalFieldName;
  readonly #reader: HeaderReader;
  readonly #start: number;
  readonly #isPlain: boolean;
  #lastSignal = -1;
  #lastText = '';

  /** @param shift by how many bytes everything is moved */
  constructor(reader: HeaderReader, name: SignalFieldName, signalCount: number, shift: number) {
    this.length = signalFields[name].length;
    this.#name = name;
    this.#reader = reader;
    this.#start = signalFieldOffset(name, 0, signalCount) + shift;
    this.#isPlain = reader.isPlain(this.#start, this.#start + this.length * signalCount);
  }

  /** Byte of the file where the field of a signal begins. */
  startOf(signal: number): number {
    return this.#start + signal * this.length;
  }

  /** Whether the field has the same bytes as that of the signal before: most signals of a recording are alike. */
  isAsBefore(signal: number): boolean {
    return signal > 0 && this.#reader.isRepeated(this.startOf(signal), this.length);
  }

  /** The field without its padding. */
  text(signal: number): string {
    const isKnown = signal === this.#lastSignal + 1 && this.isAsBefore(signal);
    if (!isKnown) {
      const start = this.startOf(signal);
      const end = start + this.length;
      this.#lastText = this.#isPlain ? this.#reader.plainText(start, end) : this.#reader.text(start, end);
    }
    this.#lastSignal = signal;
    return this.#lastText;
  }

  /** Whether {@link checkBytes} has nothing to report about signals [0, signalCount). */
  isSilent(signalCount: number): boolean {
    if (!this.#isPlain) return false;
    const end = this.startOf(signalCount);
    for (let start = this.#start; start < end; start += this.length)
      if (!this.#reader.isJustified(start, start + this.length)) return false;
    return true;
  }

  /** Reports what is wrong with the bytes of a signal's field, whatever it means. */
  checkBytes(signal: number, findings: Finding[]): void {
    const start = this.startOf(signal);
    const bytes = this.#reader.bytes.subarray(start, start + this.length);
    findings.push(...checkHeaderBytes(bytes, start, this.#name, signal));
  }

  /** Where the field is, for findings. */
  placeOf(signal: number): FindingPlace {
    return { field: this.#name, signal, offset: this.startOf(signal), length: this.length };
  }
}

/** The fields of all signals, in the order in which they lie in the header record. */
export type SignalColumns = Readonly<Record<SignalFieldName, SignalColumn>>;

/** @param reader one that reaches to the end of the header record */
export function signalColumnsOf(reader: HeaderReader, signalCount: number, shift: number): SignalColumns {
  const column = (name: SignalFieldName): SignalColumn => new SignalColumn(reader, name, signalCount, shift);
  return {
    label: column('label'),
    transducerType: column('transducerType'),
    physicalDimension: column('physicalDimension'),
    physicalMin: column('physicalMin'),
    physicalMax: column('physicalMax'),
    digitalMin: column('digitalMin'),
    digitalMax: column('digitalMax'),
    prefiltering: column('prefiltering'),
    samplesPerDataRecord: column('samplesPerDataRecord'),
    reserved: column('reserved'),
  };
}
