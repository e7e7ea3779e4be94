import type { EdfVariant } from '../header.ts';
import type { WriteSignal } from '../write.ts';
import {
  concatenated,
  goodOptions,
  goodRecording,
  latin1,
  withBytes,
  withField,
  withSignalField,
} from './recordings.ts';

const plain = goodRecording('EDF');
const continuous = goodRecording('EDF+C');
// Three signal headers with the annotations signal, 18 bytes of samples before its block of 60.
const headerLength = 1024;
const recordLength = 78;
const blockStart = (record: number): number => headerLength + record * recordLength + 18;
const block = (record: number, text: string): Uint8Array =>
  withBytes(continuous, blockStart(record), latin1(text.padEnd(60, '\0')));
const twoOfLabel = (label: string): Uint8Array => withSignalField(plain, 'label', 1, label);

/** The bits that BioSemi sets in every sample when all is well: CMS in range, ActiveTwo MK2. */
export const statusWell = (1 << 20) | (1 << 23);

/** A signal with the limits and texts of a Status signal. */
export function statusLimits(signal: WriteSignal): WriteSignal {
  return {
    ...signal,
    physicalDimension: 'Boolean',
    physicalMin: -8388608,
    physicalMax: 8388607,
    digitalMin: -8388608,
    digitalMax: 8388607,
    prefiltering: '',
    transducerType: 'Triggers and Status',
  };
}

/**
 * A recording as ResMed writes them: the last signal is CRC-16/CCITT-FALSE of the data record before it. Calculated bit
 * by bit, so that it is no echo of what is tested.
 */
export function withChecksums(variant: EdfVariant): Uint8Array {
  const options = goodOptions(variant);
  const checksum = {
    label: 'Crc16',
    physicalDimension: '',
    physicalMin: -32768,
    physicalMax: 32767,
    samplesPerDataRecord: 1,
  };
  const bytes = goodRecording(variant, { signals: [...options.signals, checksum] });
  const recordLength = (8 + 1 + 1) * 2;
  for (let start = 1024; start < bytes.length; start += recordLength) {
    let remainder = 0xffff;
    for (const byte of bytes.subarray(start, start + recordLength - 2)) {
      remainder ^= byte << 8;
      for (let bit = 0; bit < 8; bit++)
        remainder = remainder & 0x8000 ? ((remainder << 1) ^ 0x1021) & 0xffff : (remainder << 1) & 0xffff;
    }
    bytes.set([remainder & 0xff, remainder >> 8], start + recordLength - 2);
  }
  return bytes;
}

/** A BDF recording whose last signal is Status; `words` are its four samples of 24 bits in data record 0. */
export function withStatus(words: readonly number[], label = 'Status'): Uint8Array {
  const options = goodOptions('BDF');
  const status = statusLimits({ ...options.signals[0]!, label, samplesPerDataRecord: 4 });
  const bytes = goodRecording('BDF', { signals: [...options.signals, status] });
  const samples = (four: readonly number[]): Uint8Array =>
    Uint8Array.from(four.flatMap((word) => [word, word >> 8, word >> 16]));
  const well = samples([statusWell, statusWell, statusWell, statusWell]);
  const record = (8 + 1 + 4) * 3;
  const start = 1024 + (8 + 1) * 3;
  const first = withBytes(bytes, start, samples(words));
  return withBytes(withBytes(first, start + record, well), start + 2 * record, well);
}

/** For each finding of the catalogue: a file in which it appears, made from one without any. */
export const spoiltRecordings: Record<string, Uint8Array> = {
  EDF001: plain.slice(0, 255),
  EDF002: withField(plain, 'version', 'RIFF'),
  EDF003: plain.slice(2),
  EDF004: withSignalField(plain, 'physicalDimension', 0, '\u00b5V'),
  EDF005: withField(plain, 'localPatientIdentification', 'patient\n1'),
  EDF006: withField(plain, 'dataRecordCount', '       3'),
  EDF007: withField(plain, 'startDate', '22/11/26'),
  EDF008: withField(plain, 'startDate', '30.02.26'),
  EDF009: withField(
    withField(continuous, 'startDate', '01.01.70'),
    'localRecordingIdentification',
    'Startdate 01-JAN-1970 X X X',
  ),
  EDF010: withField(plain, 'startDate', '22.11.yy'),
  EDF011: withField(plain, 'startTime', '24.00.00'),
  EDF012: withField(plain, 'headerByteLength', '512'),
  EDF013: withField(plain, 'reserved', 'EDF'),
  EDF014: withField(continuous, 'reserved', 'BDF+C'),
  EDF015: withField(plain, 'dataRecordCount', '-1'),
  EDF016: withField(plain, 'dataRecordCount', '0'),
  EDF017: plain.slice(0, -1),
  EDF018: plain.slice(0, -1),
  EDF019: concatenated([plain, new Uint8Array(1)]),
  EDF020: withField(plain, 'dataRecordDuration', ''),
  EDF021: withField(plain, 'dataRecordDuration', '0'),
  EDF022: withField(plain, 'dataRecordDuration', '0.5'),
  EDF023: withField(withField(plain, 'signalCount', 'x'), 'headerByteLength', 'x'),
  EDF024: plain.slice(0, 767),
  EDF025: goodRecording('EDF', {
    signals: [{ ...goodOptions('EDF').signals[0]!, samplesPerDataRecord: 30_721 }],
  }),
  EDF026: withSignalField(plain, 'physicalMax', 0, '3276,7'),
  EDF027: withSignalField(plain, 'physicalMax', 0, ''),
  EDF028: withSignalField(plain, 'digitalMax', 0, '32767.0'),
  EDF029: withSignalField(plain, 'digitalMin', 0, '32767'),
  EDF030: withSignalField(plain, 'digitalMax', 0, '65534'),
  EDF031: withSignalField(plain, 'physicalMin', 0, '3276.7'),
  EDF032: withSignalField(plain, 'physicalMin', 0, '9999'),
  EDF033: withSignalField(plain, 'physicalDimension', 0, ''),
  EDF034: withSignalField(plain, 'samplesPerDataRecord', 0, 'x'),
  EDF035: withSignalField(plain, 'samplesPerDataRecord', 0, '0'),
  EDF036: twoOfLabel('EEG Fpz-Cz'),
  EDF037: twoOfLabel(''),
  EDF038: twoOfLabel('Fp1'),
  EDF039: withSignalField(plain, 'physicalDimension', 0, '.V'),
  EDF040: withSignalField(plain, 'prefiltering', 0, 'none'),
  EDF041: withSignalField(plain, 'prefiltering', 0, 'HP:0.1Hz LP:5Hz'),
  EDF042: withSignalField(plain, 'transducerType', 0, ''),
  EDF043: withSignalField(plain, 'reserved', 0, 'x'),
  EDF044: withSignalField(plain, 'physicalDimension', 0, 'Filtered'),
  EDF045: withSignalField(continuous, 'label', 2, 'EEG Pz-Oz'),
  EDF046: twoOfLabel('EDF Annotations'),
  EDF047: withSignalField(continuous, 'prefiltering', 2, 'HP:0Hz'),
  EDF048: withField(continuous, 'localPatientIdentification', 'A Name'),
  EDF049: withField(continuous, 'localRecordingIdentification', 'Startdate 22-Nov-2026 X X X'),
  EDF050: withField(continuous, 'localRecordingIdentification', 'Startdate 21-NOV-2026 X X X'),
  EDF051: withField(continuous, 'localPatientIdentification', 'X X 30-FEB-1990 X'),
  EDF052: block(1, '+1\x14text\x14\0'),
  EDF053: block(0, '+1\x14\x14\0'),
  EDF054: block(2, '+10\x14\x14\0'),
  EDF055: withField(continuous, 'reserved', 'EDF+D'),
  EDF056: block(2, '+1.5\x14\x14\0'),
  EDF057: block(1, '+1\x14\x14\0' + '1.5\x14text\x14\0'),
  EDF058: block(1, '+1\x14\x14+1.5\x14text\x14\0'),
  EDF059: block(1, '+1\x14\x14\0\0\0+1.5\x14text\x14\0'),
  EDF060: block(1, '+1\x14\x14\0+1.5\x14M\u00fcde\x14\0'),
  EDF061: block(1, '+1\x14\x14\0+90\x14text\x14\0'),
  EDF062: block(1, '+1\x14\x14\0+1.5\x14text\x14\0+1.5\x14text\x14\0'),
  EDF063: block(1, `+1\x14\x14\0+1.5\x14${'t'.repeat(48)}\x14\0`),
  EDF064: withBytes(
    withSignalField(withSignalField(plain, 'digitalMin', 0, '-3000'), 'digitalMax', 0, '3000'),
    768,
    Uint8Array.of(0xb9, 0x0b),
  ),
  EDF065: [0, 1, 2].reduce((bytes, record) => withBytes(bytes, 768 + record * 18, new Uint8Array(16)), plain),
  EDF066: withSignalField(withSignalField(plain, 'physicalMin', 0, '-327680'), 'physicalMax', 0, '327670'),
  EDF067: withStatus([statusWell, statusWell, 1 << 23, statusWell]),
  EDF068: withField(plain, 'startTime', '23.15.30'),
  EDF069: continuous,
  EDF070: withField(plain, 'reserved', 'BIOSEMI'),
};

/** The name under which a spoilt file is checked, where that is what is wrong with it. */
export const spoiltNames: Record<string, string> = { EDF068: 'night.bdf' };
