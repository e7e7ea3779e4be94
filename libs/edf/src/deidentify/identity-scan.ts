import type { SignalFieldName } from '../header-fields.ts';
import { fixedFields, signalFieldOffset, signalFields } from '../header-fields.ts';
import { headerText } from '../header-text.ts';
import type { EdfHeader } from '../header.ts';
import { patternOf } from './identifying-strings.ts';
import { readings } from './redact-text.ts';

const maxFound = 1000;

const markers = /^(?:EDF\+[CD]|BDF\+[CD]|24BIT)$/;
const annotationsLabel = /^[EB]DF Annotations$/;
const number = /^[+-]?[\d.,]+(?:[eE][+-]?\d{1,3})?$/;
const numberFields = new Set<string>([
  ...['headerByteLength', 'dataRecordCount', 'dataRecordDuration', 'signalCount', 'samplesPerDataRecord'],
  ...['physicalMin', 'physicalMax', 'digitalMin', 'digitalMax'],
]);

/**
 * Searches all bytes of an output that are not samples for identifying strings: in any case, as whole words, as UTF-8
 * and as Latin-1. Samples are left out, because any three letters occur in a gigabyte of them by chance; so is what the
 * format itself must write, since a patient with the number 32767 has it in common with every recording.
 */
export class IdentityScan {
  readonly found: { offset: number; length: number }[] = [];
  readonly #pattern: RegExp | null;

  constructor(strings: readonly string[]) {
    this.#pattern = patternOf(strings);
  }

  /** Each field by itself: neighbouring fields without a space between them would be one word. */
  header(bytes: Uint8Array, { signals }: EdfHeader): void {
    for (const { name, offset, length } of Object.values(fixedFields))
      this.#field(name, bytes.subarray(offset, offset + length), offset);
    for (const { index } of signals) {
      for (const [name, { length }] of Object.entries(signalFields)) {
        const offset = signalFieldOffset(name as SignalFieldName, index, signals.length);
        this.#field(name, bytes.subarray(offset, offset + length), offset);
      }
    }
  }

  #field(name: string, bytes: Uint8Array, offset: number): void {
    const text = headerText(bytes);
    const isOfTheFormat =
      (numberFields.has(name) && number.test(text)) ||
      (name === 'reserved' && markers.test(text)) ||
      (name === 'label' && annotationsLabel.test(text));
    if (!isOfTheFormat) this.text(bytes, offset);
  }

  /** Bytes that are text. */
  text(bytes: Uint8Array, offset: number): void {
    if (this.#pattern === null || this.found.length >= maxFound) return;
    if (readings(bytes).some((text) => this.#pattern!.test(text)))
      this.found.push({ offset, length: bytes.length });
  }
}
