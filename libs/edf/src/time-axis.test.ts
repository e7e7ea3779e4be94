import fc from 'fast-check';
import { parseHeader } from './header.ts';
import { goodRecording, withField, withSignalField } from './test-support/recordings.ts';
import { TimeAxis } from './time-axis.ts';
import type { Run } from './timeline.ts';

function axisOf(duration: string, samples: string, runs: Run[]): TimeAxis {
  const bytes = withSignalField(goodRecording('EDF+D'), 'samplesPerDataRecord', 0, samples);
  const header = parseHeader(withField(bytes, 'dataRecordDuration', duration));
  return new TimeAxis(header, header.signals[0]!, runs);
}

const whole = (recordCount: number, startNs = 0n): Run[] => [{ firstRecord: 0, recordCount, startNs }];

test('the last sample of 10 days at 10 kHz is right to the nanosecond', () => {
  const axis = axisOf('1', '10000', whole(864_000, 250_000_000n));
  const last = 864_000 * 10_000 - 1;
  expect(axis.timeOf(last)).toBe(250_000_000n + 864_000_000_000_000n - 100_000n);
  expect(axis.sampleAt(axis.timeOf(last))).toBe(last);
  expect(axis.sampleAt(axis.timeOf(last) - 1n)).toBe(last - 1);
  expect(axis.sampleAt(axis.timeOf(last) + 100_000n)).toBeNull();
});

test.each([
  ['0.000999', '10'],
  ['.3333333', '3'],
  ['0.333333', '7'],
  ['1.0284', '500'],
  ['30', '1'],
  ['0.1', '99999'],
])('every sample of records of %s s with %s samples is found at its own time', (duration, samples) => {
  const perRecord = Number(samples);
  const recordCount = Math.min(1_000_000_000, Math.floor(2 ** 45 / perRecord));
  const axis = axisOf(duration, samples, whole(recordCount, 7n));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: perRecord * recordCount - 1 }), (sample) => {
      const time = axis.timeOf(sample);
      expect(axis.sampleAt(time)).toBe(sample);
      expect(axis.sampleAt(time - 1n)).toBe(sample === 0 ? null : sample - 1);
    }),
  );
});

test('a record that ends without a whole nanosecond per sample never drifts', () => {
  // 3 samples in 333,333,300 ns are exact; 7 in 0.001 s are not.
  const axis = axisOf('0.001', '7', whole(10_000_000));
  expect(axis.timeOf(7 * 9_999_999)).toBe(9_999_999_000_000n);
  expect(axis.timeOf(1)).toBe(142_858n);
});

describe('with gaps', () => {
  const runs: Run[] = [
    { firstRecord: 0, recordCount: 2, startNs: 500_000_000n },
    { firstRecord: 2, recordCount: 3, startNs: 10_000_000_000n },
  ];
  const axis = axisOf('1', '8', runs);

  test('there is no sample in a gap, before the first and after the last', () => {
    expect(axis.sampleAt(499_999_999n)).toBeNull();
    expect(axis.sampleAt(500_000_000n)).toBe(0);
    expect(axis.sampleAt(2_499_999_999n)).toBe(15);
    expect(axis.sampleAt(2_500_000_000n)).toBeNull();
    expect(axis.sampleAt(9_999_999_999n)).toBeNull();
    expect(axis.sampleAt(10_000_000_000n)).toBe(16);
    expect(axis.sampleAt(13_000_000_000n)).toBeNull();
    expect(axis.timeOf(16)).toBe(10_000_000_000n);
  });

  test('a range across a gap is two segments', () => {
    expect(axis.segments(2_000_000_000n, 10_125_000_000n)).toEqual([
      { run: runs[0], from: 12, to: 16, startNs: 2_000_000_000n },
      { run: runs[1], from: 16, to: 17, startNs: 10_000_000_000n },
    ]);
    expect(axis.segments(2_500_000_000n, 10_000_000_000n)).toEqual([]);
    expect(axis.segments(-5n, 10n ** 18n).map(({ from, to }) => [from, to])).toEqual([
      [0, 16],
      [16, 40],
    ]);
    // Nothing between two samples.
    expect(axis.segments(500_000_001n, 500_000_002n)).toEqual([]);
  });

  test('samples that no run holds have no time', () => {
    for (const sample of [-1, 40, 0.5, NaN]) expect(() => axis.timeOf(sample)).toThrow(/no sample/);
  });
});

test('where runs overlap or go back, the first in the file that holds the time is taken', () => {
  const axis = axisOf('1', '8', [
    { firstRecord: 0, recordCount: 2, startNs: 10_000_000_000n },
    { firstRecord: 2, recordCount: 2, startNs: 0n },
    { firstRecord: 4, recordCount: 1, startNs: 1_000_000_000n },
  ]);
  expect(axis.sampleAt(0n)).toBe(16);
  expect(axis.sampleAt(1_000_000_000n)).toBe(24);
  expect(axis.sampleAt(10_000_000_000n)).toBe(0);
  expect(axis.segments(1_000_000_000n, 11_000_000_000n).map(({ from, to }) => [from, to])).toEqual([
    [0, 8],
    [24, 32],
    [32, 40],
  ]);
});

test('signals without samples and records without duration have no times', () => {
  expect(() => axisOf('0', '8', whole(3))).toThrow(/no times/);
  expect(() => axisOf('1', '0', whole(3))).toThrow(/no times/);
});
