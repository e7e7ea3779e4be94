import type { Finding, FindingPlace } from '../finding.ts';
import { findingOf } from '../finding.ts';
import type { EdfHeader, SignalHeader } from '../header.ts';
import { sampleRateHz } from '../sample-rate.ts';
import { statusBits, statusSignalOf } from './status-bits.ts';

interface Trouble {
  intervals: number;
  samples: number;
  first: number;
}

/** Watches the Status signal of a BDF file for what the amplifier says about itself. */
export class StatusScan {
  readonly signal: SignalHeader;
  readonly #header: EdfHeader;
  readonly #cms: Trouble = { intervals: 0, samples: 0, first: -1 };
  readonly #battery: Trouble = { intervals: 0, samples: 0, first: -1 };
  #sample = 0;
  #isCmsOut = false;
  #isBatteryLow = false;
  #hasCms = false;

  constructor(header: EdfHeader, signal: SignalHeader) {
    this.#header = header;
    this.signal = signal;
  }

  /** The scan that a file needs; null when it has no Status signal. */
  static of(header: EdfHeader): StatusScan | null {
    const signal = statusSignalOf(header);
    return signal === null ? null : new StatusScan(header, signal);
  }

  add(samples: Int16Array | Int32Array, from: number, stride: number, recordCount: number): void {
    const perRecord = this.signal.samplesPerDataRecord;
    for (let record = 0; record < recordCount; record++) {
      const start = from + record * stride;
      for (let at = start; at < start + perRecord; at++, this.#sample++) {
        const value = samples[at]!;
        const isCmsOut = (value & statusBits.cmsInRange) === 0;
        const isBatteryLow = (value & statusBits.batteryLow) !== 0;
        if (!isCmsOut) this.#hasCms = true;
        else note(this.#cms, this.#sample, this.#isCmsOut);
        if (isBatteryLow) note(this.#battery, this.#sample, this.#isBatteryLow);
        this.#isCmsOut = isCmsOut;
        this.#isBatteryLow = isBatteryLow;
      }
    }
  }

  /** EDF067: misplaced, CMS out of range, battery low. */
  finish(): Finding[] {
    const findings: Finding[] = [];
    const { index } = this.signal;
    const ordinary = this.#header.signals.filter(({ isAnnotations }) => !isAnnotations);
    if (ordinary.at(-1)!.index !== index) {
      const message = 'The Status signal is not the last of the ordinary signals.';
      findings.push(findingOf('EDF067', message, { signal: index, field: 'label' }));
    }
    // Other systems write a Status signal of triggers alone: then the bit is never set.
    if (this.#hasCms) this.#tell('The electrode CMS was out of range', this.#cms, findings);
    this.#tell('The battery was low', this.#battery, findings);
    return findings;
  }

  #tell(what: string, { intervals, samples, first }: Trouble, findings: Finding[]): void {
    if (intervals === 0) return;
    const rate = sampleRateHz(this.#header, this.signal);
    const seconds = rate > 0 ? `, ${(samples / rate).toFixed(1)} s in all` : '';
    const message = `${what} ${intervals} ${intervals === 1 ? 'time' : 'times'}${seconds}, according to the Status signal.`;
    findings.push(findingOf('EDF067', message, this.#placeOf(first)));
  }

  #placeOf(sample: number): FindingPlace {
    const { headerByteLength, dataRecordByteLength } = this.#header;
    const { index, samplesPerDataRecord: perRecord, byteOffsetInDataRecord } = this.signal;
    const record = Math.floor(sample / perRecord);
    const inRecord = byteOffsetInDataRecord + (sample - record * perRecord) * 3;
    return {
      signal: index,
      record,
      offset: headerByteLength + record * dataRecordByteLength + inRecord,
      length: 3,
    };
  }
}

function note(trouble: Trouble, sample: number, isGoingOn: boolean): void {
  if (!isGoingOn) trouble.intervals++;
  if (trouble.first < 0) trouble.first = sample;
  trouble.samples++;
}
