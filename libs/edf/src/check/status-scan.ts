import type { Finding, FindingPlace } from '../finding.ts';
import { findingOf } from '../finding.ts';
import { signalFieldOffset } from '../header-fields.ts';
import type { EdfHeader, SignalHeader } from '../header.ts';
import { sampleRateHz } from '../sample-rate.ts';
import type { ScanBlock } from './scan-block.ts';
import { speedModeOf, statusBits, statusSignalOf } from './status-bits.ts';
import { TroubleIntervals } from './trouble-intervals.ts';

/** Watches the Status signal of a BDF file for what the amplifier says about itself. */
export class StatusScan {
  readonly signal: SignalHeader;
  readonly #header: EdfHeader;
  readonly #cms = new TroubleIntervals();
  readonly #battery = new TroubleIntervals();
  readonly #codes = new Set<number>();
  readonly #speedModes = new Set<number>();
  #sample = 0;
  /** No sample is like this, so that the first one is a change. */
  #before = NaN;
  #hasCms = false;
  #isMk2 = false;
  #triggers = 0;
  #epochs = 0;

  constructor(header: EdfHeader, signal: SignalHeader) {
    this.#header = header;
    this.signal = signal;
  }

  /** The scan that a file needs; null when it has no Status signal. */
  static of(header: EdfHeader): StatusScan | null {
    const signal = statusSignalOf(header);
    return signal === null ? null : new StatusScan(header, signal);
  }

  /** Looks at the next data records. */
  add({ samples, stride, recordCount }: ScanBlock): void {
    const { samplesPerDataRecord, byteOffsetInDataRecord } = this.signal;
    const from = byteOffsetInDataRecord / 3;
    for (let record = 0; record < recordCount; record++)
      this.#addSamples(samples, from + record * stride, samplesPerDataRecord);
  }

  /** Looks at the next samples of a data record: those of `block` are of this signal alone. */
  addPiece({ samples }: ScanBlock): void {
    this.#addSamples(samples, 0, samples.length);
  }

  #addSamples(samples: Int16Array | Int32Array, start: number, count: number): void {
    for (let at = start; at < start + count; at++) {
      const value = samples[at]!;
      if (value === this.#before) continue;
      this.#change(value, this.#sample + at - start);
    }
    this.#sample += count;
  }

  /** What changes with a sample that is not the one before it: few are. */
  #change(value: number, sample: number): void {
    const isCmsInRange = (value & statusBits.cmsInRange) !== 0;
    if (isCmsInRange) this.#hasCms = true;
    this.#cms.set(!isCmsInRange, sample);
    this.#battery.set((value & statusBits.batteryLow) !== 0, sample);
    const code = value & statusBits.triggers;
    if (code !== 0 && code !== (this.#before & statusBits.triggers)) {
      this.#triggers++;
      this.#codes.add(code);
    }
    if ((value & ~this.#before & statusBits.newEpoch) !== 0) this.#epochs++;
    if ((value & statusBits.isMk2) !== 0) this.#isMk2 = true;
    this.#speedModes.add(speedModeOf(value));
    this.#before = value;
  }

  /** EDF067: misplaced, calibrated, CMS out of range, battery low; what the bits say. */
  finish(): Finding[] {
    const findings: Finding[] = [];
    const { index, physicalMin, physicalMax, digitalMin, digitalMax, isCalibrated } = this.signal;
    const ordinary = this.#header.signals.filter(({ isAnnotations }) => !isAnnotations);
    if (ordinary.at(-1)!.index !== index) {
      const message = 'The Status signal is not the last of the ordinary signals.';
      findings.push(findingOf('EDF067', message, { signal: index, field: 'label' }));
    }
    if (isCalibrated && (physicalMin !== digitalMin || physicalMax !== digitalMax)) {
      const message =
        'The header gives the Status signal a scale, and other programs give other triggers by it.';
      findings.push(
        findingOf('EDF067', message, { ...this.#limits(), assumed: 'its samples are bits, as stored' }),
      );
    }
    // Other systems write a Status signal of triggers alone: then the bit is never set.
    if (this.#hasCms) this.#tell('The electrode CMS was out of range', this.#cms, findings);
    this.#tell('The battery was low', this.#battery, findings);
    if (this.#triggers > 0 || this.#epochs > 0) findings.push(this.#bitsFinding());
    return findings;
  }

  #bitsFinding(): Finding {
    const codes = [...this.#codes].sort((a, b) => a - b);
    const range = codes.length === 1 ? `code ${codes[0]}` : `from ${codes[0]} to ${codes.at(-1)}`;
    const triggers =
      codes.length === 0
        ? 'no trigger'
        : `${counted(this.#triggers, 'trigger')} of ${codes.length === 1 ? range : `${codes.length} codes ${range}`}`;
    const epochs = this.#epochs === 1 ? '1 beginning of an epoch' : `${this.#epochs} beginnings of epochs`;
    const modes = [...this.#speedModes];
    const speed = `in speed mode${modes.length === 1 ? '' : 's'} ${modes.join(' and ')}`;
    const amplifier = this.#isMk2 ? ', from an ActiveTwo MK2' : '';
    const message = `The Status signal holds ${triggers} and ${epochs}, ${speed}${amplifier}.`;
    return findingOf('EDF067', message, { signal: this.signal.index, severity: 'info' });
  }

  #tell(what: string, trouble: TroubleIntervals, findings: Finding[]): void {
    trouble.set(false, this.#sample);
    if (trouble.count === 0) return;
    const rate = sampleRateHz(this.#header, this.signal);
    const times = counted(trouble.count, 'time');
    const message =
      rate > 0
        ? `${what} ${times}, ${Number((trouble.sampleCount / rate).toFixed(6))} s in all, according to the Status signal: ${trouble.inSeconds(rate)}.`
        : `${what} ${times}, according to the Status signal.`;
    findings.push(findingOf('EDF067', message, this.#placeOf(trouble.first)));
  }

  #limits(): FindingPlace {
    const { index } = this.signal;
    const { signals, headerShift } = this.#header;
    const offset = signalFieldOffset('physicalMin', index, signals.length) + headerShift;
    return { signal: index, field: 'physicalMin', offset, length: 8 };
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

/** EDF067 of a recording that BioSemi's own software would have written with a Status signal. */
export function checkStatusPresence(header: EdfHeader): Finding[] {
  const isBioSemi =
    header.variant === 'BDF' &&
    header.signals.some(({ transducerType }) => /^Active electrode/i.test(transducerType));
  if (!isBioSemi || statusSignalOf(header) !== null) return [];
  const message = 'A recording of BioSemi has no Status signal: its triggers are lost or elsewhere.';
  return [findingOf('EDF067', message, { severity: 'info' })];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
