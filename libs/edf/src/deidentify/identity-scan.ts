import type { SignalFieldName } from '../header-fields.ts';
import { fixedFields, signalFieldOffset, signalFields } from '../header-fields.ts';
import { headerText } from '../header-text.ts';
import type { EdfHeader } from '../header.ts';
import { shiftedMark } from './identifying-strings.ts';
import { annotationPieces, isStamp } from './redact-block.ts';
import { readings } from './redact-text.ts';
import { isNameField } from './signal-names.ts';
import type { StringSearch } from './string-search.ts';
import { stringSearch } from './string-search.ts';

const maxFound = 1000;

const markers = /^(?:EDF\+[CD]|BDF\+[CD]|24BIT)$/;
const annotationsLabel = /^[EB]DF Annotations$/;
const number = /^[+-]?[\d.,]+(?:[eE][+-]?\d{1,3})?$/;
const numberFields = new Set<string>([
  ...['headerByteLength', 'dataRecordCount', 'dataRecordDuration', 'signalCount', 'samplesPerDataRecord'],
  ...['physicalMin', 'physicalMax', 'digitalMin', 'digitalMax'],
]);
const clock = /^\d\d\.\d\d\.(?:\d\d|yy)$/;
const ownSubfields = new Set(['X', 'F', 'M', 'Startdate', shiftedMark]);
const ownDate = /^\d\d-[A-Z]{3}-\d{4}$/;

/**
 * Searches all bytes of an output that are not samples for identifying strings: in any case, as whole words, as UTF-8
 * and as Latin-1. Samples are left out, because any three letters occur in a gigabyte of them by chance; so is what the
 * format itself must write, since a patient with the number 32767 has it in common with every recording.
 */
export class IdentityScan {
  readonly found: { offset: number; length: number }[] = [];
  readonly #everywhere: StringSearch;
  readonly #inTexts: StringSearch;
  /** A single word such as JAN is a month as well; a date is not. */
  readonly #dates: StringSearch;
  /** Onsets stay whatever they are; one that is the number of the patient is told. */
  readonly #numbers: StringSearch;

  /** @param textStrings those that labels and dimensions may hold */
  constructor(strings: readonly string[], textStrings: readonly string[] = []) {
    this.#everywhere = stringSearch(strings);
    this.#inTexts = stringSearch([...strings, ...textStrings]);
    this.#dates = stringSearch(strings.filter((text) => /[\s-]/.test(text)));
    this.#numbers = stringSearch(strings.filter((text) => /^\d{4,}$/.test(text)));
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
      name === 'version' ||
      (numberFields.has(name) && number.test(text)) ||
      ((name === 'startDate' || name === 'startTime') && clock.test(text)) ||
      (name === 'reserved' && markers.test(text)) ||
      (name === 'label' && annotationsLabel.test(text));
    if (isOfTheFormat) return;
    if (name === 'localPatientIdentification' || name === 'localRecordingIdentification') {
      const isFound = text.split(' ').some((subfield) => this.#isIdentifying(subfield));
      if (isFound) this.#tell(offset, bytes.length);
      return;
    }
    this.#search(isNameField(name, text) ? this.#everywhere : this.#inTexts, bytes, offset);
  }

  #isIdentifying(subfield: string): boolean {
    if (ownSubfields.has(subfield)) return false;
    return (ownDate.test(subfield) ? this.#dates : this.#inTexts).isIn(subfield);
  }

  /** The bytes of an annotations signal in a data record. */
  annotations(block: Uint8Array, offset: number): void {
    for (const { start, end, isFirst } of annotationPieces(block)) {
      const piece = block.subarray(start, end);
      if (this.#search(isStamp(piece, isFirst) ? this.#numbers : this.#inTexts, piece, offset + start))
        return;
    }
  }

  /** Bytes that are text. */
  text(bytes: Uint8Array, offset: number): void {
    this.#search(this.#inTexts, bytes, offset);
  }

  #search(search: StringSearch, bytes: Uint8Array, offset: number): boolean {
    if (this.found.length >= maxFound || bytes.length === 0) return false;
    const isFound = readings(bytes).some((text) => search.isIn(text));
    if (isFound) this.#tell(offset, bytes.length);
    return isFound;
  }

  #tell(offset: number, length: number): void {
    if (this.found.length < maxFound) this.found.push({ offset, length });
  }
}
