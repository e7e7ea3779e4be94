import { dataRecordCountIn } from './data-record-count.ts';
import { isEdfError } from './errors.ts';
import { checkHeader, headerByteLengthFrom, parseHeader } from './header.ts';
import { sampleRateHz } from './sample-rate.ts';
import {
  concatenated,
  goodOptions,
  goodRecording,
  latin1,
  withField,
  withSignalField,
} from './test-support/recordings.ts';

const plain = goodRecording('EDF');

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return isEdfError(error) ? [error.code, error.offset, error.field] : error;
  }
  return 'no error';
}

test('what is not an EDF file is refused with a code, an offset and a field', () => {
  expect(codeOf(() => parseHeader(new Uint8Array(0)))).toEqual(['empty-file', 0, undefined]);
  expect(codeOf(() => parseHeader(plain.slice(0, 100)))).toEqual(['header-truncated', 100, undefined]);
  expect(codeOf(() => parseHeader(latin1('PNG image, certainly')))).toEqual(['not-edf', 0, 'version']);
  expect(codeOf(() => parseHeader(new Uint8Array(1000)))).toEqual(['not-edf', 0, 'version']);
  expect(codeOf(() => parseHeader(Uint8Array.of(0x1f, 0x8b, 8, 0)))).toEqual([
    'gzip-not-supported-here',
    0,
    'version',
  ]);
  expect(codeOf(() => parseHeader(plain.slice(0, 767)))).toEqual(['header-truncated', 767, undefined]);
});

test('the number of bytes to read is known from the first 256', () => {
  expect(headerByteLengthFrom(plain.subarray(0, 256))).toBe(768);
  const bytes = withField(withField(plain, 'signalCount', '9999'), 'headerByteLength', '2560000');
  expect(headerByteLengthFrom(bytes.subarray(0, 256))).toBe(2_560_000);
});

test('an unreadable number of signals is taken from the header-bytes field', () => {
  const { header, findings } = checkHeader(withField(plain, 'signalCount', 'two'), plain.length);
  expect(header?.signals).toHaveLength(2);
  expect(findings).toMatchObject([
    { id: 'EDF023', severity: 'error', assumed: '2, from the header-bytes field' },
  ]);
});

test('a header with every other field wrong still gives its samples', () => {
  let bytes = withField(plain, 'startDate', 'tomorrow');
  bytes = withField(bytes, 'startTime', 'noon');
  bytes = withField(bytes, 'headerByteLength', '????????');
  bytes = withField(bytes, 'dataRecordCount', 'many');
  bytes = withField(bytes, 'dataRecordDuration', 'long');
  for (const name of ['physicalMin', 'physicalMax', 'digitalMin', 'digitalMax'] as const) {
    bytes = withSignalField(bytes, name, 0, 'x');
  }
  const { header, findings } = checkHeader(bytes, bytes.length);
  expect(header).toMatchObject({
    startDateTime: null,
    declaredDataRecordCount: null,
    dataRecordDurationNs: 0n,
  });
  expect(header!.signals.map(({ isCalibrated }) => isCalibrated)).toEqual([false, true]);
  expect(dataRecordCountIn(header!, bytes.length)).toBe(3);
  expect(sampleRateHz(header!, header!.signals[0]!)).toBe(0);
  const ids = findings.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining(['EDF007', 'EDF011', 'EDF012', 'EDF015', 'EDF020', 'EDF021', 'EDF027']),
  );
});

test.each([-8, -2, -1, 1, 2, 8])('a header shifted by %i bytes is read with the shift', (shift) => {
  const bytes =
    shift < 0
      ? plain.slice(-shift)
      : concatenated([plain.subarray(0, 60), new Uint8Array(shift).fill(0x20), plain.subarray(60)]);
  const { header, findings } = checkHeader(bytes, bytes.length);
  expect(findings.map(({ id }) => id)).toEqual(['EDF003']);
  expect(header).toMatchObject({
    headerShift: shift,
    headerByteLength: 768 + shift,
    startDateTime: '2026-11-22T23:15:30',
    localPatientIdentification: shift > -8 ? 'patient 1' : expect.anything(),
  });
  expect(header!.signals[1]!.label).toBe('Temp rectal');
  expect(dataRecordCountIn(header!, bytes.length)).toBe(3);
});

test('a promise of 9999 signals and as many samples as the fields hold is arithmetic, not memory', () => {
  const signals = 9999;
  const bytes = new Uint8Array(256 * (signals + 1)).fill(0x20);
  bytes.set(
    withField(withField(plain, 'signalCount', '9999'), 'headerByteLength', '2560000').subarray(0, 256),
  );
  bytes.set(latin1('99999999'.repeat(signals)), 256 + signals * 216);
  const before = process.memoryUsage().arrayBuffers;
  const header = parseHeader(bytes);
  expect(header.dataRecordByteLength).toBe(2 * 99_999_999 * signals);
  expect(dataRecordCountIn(header, 1e9)).toBe(0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
});

test.each([
  ['3', 3, 3],
  ['2', 3, 2],
  ['5', 3, 3],
  ['-1', 3, 3],
  ['', 3, 3],
  ['0', 3, 0],
])('of declared %s and held %i data records, %i are read', (declared, held, expected) => {
  const header = parseHeader(withField(plain, 'dataRecordCount', declared));
  const end = header.headerByteLength + held * header.dataRecordByteLength;
  expect(dataRecordCountIn(header, end)).toBe(expected);
  expect(dataRecordCountIn(header, 0)).toBe(0);
});

test('findings about size say where the last complete data record ends and how much is missing', () => {
  const cut = plain.length - 5;
  expect(checkHeader(plain, cut).findings).toMatchObject([
    { id: 'EDF017', offset: 768 + 36, record: 2, assumed: '2 data records' },
    { id: 'EDF018', offset: 768 + 36, record: 2, length: 13 },
  ]);
  expect(checkHeader(plain, plain.length + 40).findings).toMatchObject([
    { id: 'EDF019', offset: plain.length, length: 40 },
  ]);
});

test('exponent and overflowing numbers are told apart', () => {
  const exponent = checkHeader(withSignalField(plain, 'physicalMin', 0, '-32.E2'), plain.length);
  expect(exponent.header!.signals[0]).toMatchObject({ physicalMin: -3200, isCalibrated: true });
  expect(exponent.findings).toMatchObject([
    { id: 'EDF027', field: 'physicalMin', signal: 0, assumed: '-3200' },
  ]);
  const overflow = checkHeader(withSignalField(plain, 'physicalMax', 0, '8e+003.5'), plain.length);
  expect(overflow.header!.signals[0]).toMatchObject({ physicalMax: NaN, isCalibrated: false });
});

test('sampling rates are samples per data record by its exact duration', () => {
  const header = parseHeader(withField(plain, 'dataRecordDuration', '1.0284'));
  expect(header.dataRecordDurationNs).toBe(1_028_400_000n);
  expect(sampleRateHz(header, header.signals[0]!)).toBe(8 / 1.0284);
});

test('signals that repeat the limits or texts of the one before are read and reported like the first', () => {
  const signal = goodOptions('EDF').signals[0]!;
  const signals = [signal, signal, { ...signal, label: 'EEG Cz' }, signal];
  const good = goodRecording('EDF', { signals });
  const reversed = [0, 1, 3].reduce(
    (bytes, index) => withSignalField(bytes, 'physicalMax', index, '-9999'),
    good,
  );
  const { header, findings } = checkHeader(reversed, reversed.length);
  expect(header!.signals.map(({ physicalMax }) => physicalMax)).toEqual([-9999, -9999, 3276.7, -9999]);
  expect(header!.signals.map(({ label }) => label)).toEqual([
    'EEG Fpz-Cz',
    'EEG Fpz-Cz',
    'EEG Cz',
    'EEG Fpz-Cz',
  ]);
  expect(findings.filter(({ id }) => id === 'EDF032').map((finding) => finding.signal)).toEqual([0, 1, 3]);
  expect(findings.filter(({ id }) => id === 'EDF036').map((finding) => finding.signal)).toEqual([1, 3]);
});

test('the same header is read alike wherever in memory it lies', () => {
  for (const variant of ['EDF+C', 'BDF+D'] as const) {
    const bytes = withSignalField(goodRecording(variant), 'physicalDimension', 1, '\u00b0C');
    for (const by of [1, 2, 3]) {
      const apart = new Uint8Array(bytes.length + by).subarray(by);
      apart.set(bytes);
      expect(checkHeader(apart, bytes.length)).toEqual(checkHeader(bytes, bytes.length));
    }
  }
});
