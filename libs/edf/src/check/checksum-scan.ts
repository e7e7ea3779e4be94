import type { Finding } from '../finding.ts';
import { findingOf } from '../finding.ts';
import type { EdfHeader, SignalHeader } from '../header.ts';

/**
 * CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) of each byte alone. That ResMed takes it of all bytes of a data
 * record before the checksum, lowest byte first, is described nowhere; files of AirSense 10 and AirCurve 10 agree.
 */
const remainders = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 8;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder << 1) ^ (remainder & 0x8000 ? 0x1021 : 0);
  return remainder;
});

/** The signal in which ResMed stores a checksum of each data record; null where there is none. */
export function checksumSignalOf({ signals, bytesPerSample }: EdfHeader): SignalHeader | null {
  const last = signals.at(-1)!;
  const isChecksum = last.label === 'Crc16' && last.samplesPerDataRecord === 1 && bytesPerSample === 2;
  return isChecksum ? last : null;
}

/** Compares the checksums that ResMed stores with the data records (EDF070). */
export class ChecksumScan {
  readonly #header: EdfHeader;
  readonly #signal: SignalHeader;
  #recordCount = 0;
  #inRecord = 0;
  #remainder = 0xffff;
  #stored = 0;
  #wrongCount = 0;
  #firstWrong = -1;

  constructor(header: EdfHeader, signal: SignalHeader) {
    this.#header = header;
    this.#signal = signal;
  }

  /** The scan that a file needs; null when it stores no checksums. */
  static of(header: EdfHeader): ChecksumScan | null {
    const signal = checksumSignalOf(header);
    return signal === null ? null : new ChecksumScan(header, signal);
  }

  /** @param bytes the next ones of the data records, in order */
  add(bytes: Uint8Array): void {
    const end = this.#header.dataRecordByteLength - 2;
    for (let at = 0; at < bytes.length;) {
      const stop = Math.min(bytes.length, at + end - this.#inRecord);
      this.#inRecord += Math.max(0, stop - at);
      for (; at < stop; at++)
        this.#remainder =
          ((this.#remainder << 8) & 0xffff) ^ remainders[(this.#remainder >> 8) ^ bytes[at]!]!;
      if (this.#inRecord < end || at === bytes.length) continue;
      // The checksum itself, lowest byte first.
      const isLast = this.#inRecord++ > end;
      this.#stored = isLast ? this.#stored | (bytes[at]! << 8) : bytes[at]!;
      at++;
      if (isLast) this.#endRecord();
    }
  }

  #endRecord(): void {
    if (this.#stored !== this.#remainder && this.#wrongCount++ === 0) this.#firstWrong = this.#recordCount;
    this.#recordCount++;
    this.#inRecord = 0;
    this.#remainder = 0xffff;
  }

  finish(): Finding[] {
    if (this.#wrongCount === 0) return [];
    const { headerByteLength, dataRecordByteLength } = this.#header;
    const { index, byteOffsetInDataRecord } = this.#signal;
    const record = this.#firstWrong;
    const offset = headerByteLength + record * dataRecordByteLength + byteOffsetInDataRecord;
    const message = `The checksums of ${this.#wrongCount} of ${this.#recordCount} data records do not fit their bytes, which were damaged or changed after the recording.`;
    const place = { signal: index, record, offset, length: 2, severity: 'warning' } as const;
    return [findingOf('EDF070', message, place)];
  }
}
