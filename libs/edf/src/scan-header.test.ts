import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { dataRecordCountIn } from './data-record-count.ts';
import { checkHeader, parseHeader } from './header.ts';
import { scanHeader } from './scan-header.ts';
import { goodRecording, withField, withSignalField } from './test-support/recordings.ts';

const variants = ['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'] as const;

/** What both readers of a header say, in the same words. */
function both(bytes: Uint8Array): [scanned: unknown, parsed: unknown] {
  const summary = scanHeader(bytes, bytes.length);
  if (summary === null) return [null, null];
  const header = parseHeader(bytes);
  const scanned = { ...summary, samplesPerDataRecord: [...summary.samplesPerDataRecord] };
  const parsed = {
    variant: header.variant,
    bytesPerSample: header.bytesPerSample,
    signalCount: header.signals.length,
    headerByteLength: header.headerByteLength,
    dataRecordByteLength: header.dataRecordByteLength,
    declaredDataRecordCount: header.declaredDataRecordCount,
    dataRecordCount: dataRecordCountIn(header, bytes.length),
    dataRecordDurationSeconds: header.dataRecordDurationSeconds,
    samplesPerDataRecord: header.signals.map((signal) => signal.samplesPerDataRecord),
    physicalMin: Float64Array.from(header.signals, (signal) => signal.physicalMin),
    physicalMax: Float64Array.from(header.signals, (signal) => signal.physicalMax),
    digitalMin: Float64Array.from(header.signals, (signal) => signal.digitalMin),
    digitalMax: Float64Array.from(header.signals, (signal) => signal.digitalMax),
  };
  return [scanned, parsed];
}

test.each(variants)('of a good %s the scan says what the parser says', (variant) => {
  const [scanned, parsed] = both(goodRecording(variant));
  expect(scanned).not.toBeNull();
  expect(scanned).toEqual(parsed);
});

test('any eight characters are read as the parser reads them, or not at all', () => {
  const character = fc.constantFrom(...'0123456789.,+- eE');
  const text = fc.oneof(
    fc.string({ unit: character, minLength: 1, maxLength: 8 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => String(value).slice(0, 8)),
  );
  const bytes = goodRecording('EDF');
  fc.assert(
    fc.property(text, fc.constantFrom('physicalMin', 'physicalMax', 'digitalMax'), (value, name) => {
      const [scanned, parsed] = both(withSignalField(bytes, name, 0, value));
      expect(scanned).toEqual(parsed);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['version', '1'],
  ['headerByteLength', '512'],
  ['dataRecordCount', '-2'],
  ['dataRecordCount', '1.5'],
  ['dataRecordDuration', '-1'],
  ['dataRecordDuration', 'one'],
  ['signalCount', '0'],
  ['signalCount', ''],
] as const)('a header whose %s is %j is left to the parser', (name, value) => {
  expect(scanHeader(withField(goodRecording('EDF'), name, value), 10_000)).toBeNull();
});

test('cut headers and signals without samples are left to the parser', () => {
  const bytes = goodRecording('EDF');
  for (const length of [0, 255, 511, 767]) expect(scanHeader(bytes.subarray(0, length), 10_000)).toBeNull();
  const [a, b] = ['0', '0'].map((value) => withSignalField(bytes, 'samplesPerDataRecord', 0, value));
  expect(scanHeader(withSignalField(a!, 'samplesPerDataRecord', 1, '0'), 10_000)).toBeNull();
  expect(scanHeader(withSignalField(b!, 'samplesPerDataRecord', 0, '-8'), 10_000)).toBeNull();
  expect(scanHeader(withField(bytes, 'dataRecordCount', '-1'), bytes.length)).toMatchObject({
    declaredDataRecordCount: -1,
    dataRecordCount: 3,
  });
});

const corpus = join(import.meta.dirname, '../../../../shared/corpus/files');

(existsSync(corpus) ? test : test.skip)('of every real recording the scan says what the parser says', () => {
  let scannedCount = 0;
  for (const name of readdirSync(corpus)) {
    const bytes = readFileSync(join(corpus, name));
    if (checkHeader(bytes, bytes.length).header === null) {
      expect(scanHeader(bytes, bytes.length)).toBeNull();
      continue;
    }
    const [scanned, parsed] = both(bytes);
    expect([name, scanned]).toEqual([name, parsed]);
    if (scanned !== null) scannedCount++;
  }
  expect(scannedCount).toBeGreaterThan(30);
});
