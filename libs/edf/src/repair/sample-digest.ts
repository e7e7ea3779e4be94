import type { EdfHeader } from '../header.ts';

/**
 * FNV-1a, 64 bit, of the bytes of all ordinary signals in the data records, in file order: what must not change when
 * a header is mended. Not a cryptographic digest: it shows mistakes, not forgery.
 * Source of the constants: Fowler, Noll, Vo, http://www.isthe.com/chongo/tech/comp/fnv/
 */
export class SampleDigest {
  #high = 0xcbf29ce4 | 0;
  #low = 0x84222325 | 0;
  #position = 0;
  readonly #dataStart: number;
  readonly #dataEnd: number;
  readonly #recordByteLength: number;
  /** No annotations signal lies between. */
  readonly #isAll: boolean;
  readonly #ranges: readonly (readonly [start: number, end: number])[];

  /** @param dataRecordCount how many data records are looked at */
  constructor(header: EdfHeader, dataRecordCount: number) {
    this.#dataStart = header.headerByteLength;
    this.#recordByteLength = header.dataRecordByteLength;
    this.#dataEnd = this.#dataStart + dataRecordCount * this.#recordByteLength;
    const ranges: [number, number][] = [];
    for (const { isAnnotations, byteOffsetInDataRecord: start, samplesPerDataRecord } of header.signals) {
      if (isAnnotations || samplesPerDataRecord === 0) continue;
      const end = start + samplesPerDataRecord * header.bytesPerSample;
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === start) last[1] = end;
      else ranges.push([start, end]);
    }
    this.#ranges = ranges;
    this.#isAll = ranges.length === 1 && ranges[0]![0] === 0 && ranges[0]![1] === this.#recordByteLength;
  }

  /** The next bytes of the file, beginning with its first. */
  update(bytes: Uint8Array): void {
    const fileStart = this.#position;
    this.#position += bytes.length;
    const from = Math.max(fileStart, this.#dataStart);
    const to = Math.min(this.#position, this.#dataEnd);
    if (from >= to) return;
    if (this.#isAll) {
      this.#hash(bytes, from - fileStart, to - fileStart);
      return;
    }
    const firstRecord = Math.floor((from - this.#dataStart) / this.#recordByteLength);
    for (
      let at = this.#dataStart + firstRecord * this.#recordByteLength;
      at < to;
      at += this.#recordByteLength
    ) {
      for (const [start, end] of this.#ranges) {
        const first = Math.max(from, at + start) - fileStart;
        const last = Math.min(to, at + end) - fileStart;
        if (first < last) this.#hash(bytes, first, last);
      }
    }
  }

  /** 16 hexadecimal digits. */
  finish(): string {
    const part = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
    return part(this.#high) + part(this.#low);
  }

  #hash(bytes: Uint8Array, start: number, end: number): void {
    let high = this.#high;
    let low = this.#low;
    for (let at = start; at < end; at++) {
      low ^= bytes[at]!;
      // Times 2^40 + 0x1b3, in halves of 16 bits that no product overflows.
      const product = (low & 0xffff) * 0x1b3;
      const upper = (low >>> 16) * 0x1b3 + (product >>> 16);
      high = (Math.imul(high, 0x1b3) + (upper >>> 16) + (low << 8)) | 0;
      low = (upper << 16) | (product & 0xffff);
    }
    this.#high = high;
    this.#low = low;
  }
}
