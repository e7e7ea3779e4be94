import { isEdfError } from './errors.ts';
import type { EdfVariant } from './header.ts';
import { parseHeader } from './header.ts';
import { goodRecording, withField } from './test-support/recordings.ts';
import type { Timeline } from './timeline.ts';
import { TimelineBuilder } from './timeline.ts';

function timelineOf(
  variant: EdfVariant,
  onsets: (bigint | null)[],
  duration = '1',
  decimals?: number,
): Timeline {
  const builder = new TimelineBuilder(
    parseHeader(withField(goodRecording(variant), 'dataRecordDuration', duration)),
  );
  onsets.forEach((onset, record) => builder.add(record, onset, decimals));
  return builder.finish();
}

const seconds = (...values: number[]): bigint[] => values.map((value) => BigInt(Math.round(value * 1e9)));
const shape = ({ runs }: Timeline): (number | bigint)[][] =>
  runs.map(({ firstRecord, recordCount, startNs }) => [firstRecord, recordCount, startNs]);
const ids = ({ findings }: Timeline): string[] => findings.map(({ id }) => id);

test('plain EDF is one run from 0, whatever onsets its annotations give', () => {
  const timeline = timelineOf('EDF', seconds(5, 90, 3));
  expect(shape(timeline)).toEqual([[0, 3, 0n]]);
  expect(ids(timeline)).toEqual([]);
});

test('a file without data records has no runs', () => {
  expect(timelineOf('EDF+D', [])).toEqual({ runs: [], findings: [] });
});

test('EDF+D splits where the onset is not the expected one', () => {
  const timeline = timelineOf('EDF+D', seconds(0.5, 1.5, 10, 11, 20));
  expect(shape(timeline)).toEqual([
    [0, 2, 500_000_000n],
    [2, 2, 10_000_000_000n],
    [4, 1, 20_000_000_000n],
  ]);
  expect(ids(timeline)).toEqual([]);
});

test('gaps in EDF+C are one finding that counts them, and are honoured', () => {
  const timeline = timelineOf('EDF+C', seconds(0, 1, 5, 9));
  expect(shape(timeline)).toHaveLength(3);
  expect(timeline.findings).toMatchObject([{ id: 'EDF054', record: 2, offset: 1024 + 2 * 78 }]);
  expect(timeline.findings[0]!.message).toContain('has 2 gaps');
});

test('records that run backwards are a finding, in any + variant', () => {
  expect(ids(timelineOf('EDF+C', seconds(0, 1, 1.5)))).toEqual(['EDF056']);
  expect(ids(timelineOf('EDF+D', seconds(10, 0)))).toEqual(['EDF053', 'EDF056']);
});

test('a record without onset follows the one before it', () => {
  const timeline = timelineOf('EDF+D', [0n, null, ...seconds(2, 9)]);
  expect(shape(timeline)).toEqual([
    [0, 3, 0n],
    [3, 1, 9_000_000_000n],
  ]);
});

test('EDF+D is called continuous only when every onset is known', () => {
  expect(ids(timelineOf('EDF+D', seconds(0, 1, 2)))).toEqual(['EDF055']);
  expect(ids(timelineOf('EDF+D', [null, null, null]))).toEqual([]);
});

describe('onsets are printed with few digits', () => {
  test('an onset rounded to its printed precision is no gap', () => {
    const timeline = timelineOf('EDF+D', seconds(0, 1.03, 2.06, 3.09, 4.11), '1.0284', 2);
    expect(shape(timeline)).toEqual([[0, 5, 0n]]);
  });

  test('one microsecond of difference is no gap, two are where the digits could tell', () => {
    expect(shape(timelineOf('EDF+D', seconds(0, 1.000001), '1'))).toHaveLength(1);
    expect(shape(timelineOf('EDF+D', seconds(0, 1.000002), '1'))).toHaveLength(2);
  });

  test('a gap as long as one unit of the last digit is a gap where the expected onset can be printed', () => {
    expect(shape(timelineOf('EDF+D', seconds(0, 1, 3), '1', 0))).toHaveLength(2);
    expect(shape(timelineOf('EDF+D', seconds(0, 0.5, 1, 2), '0.5'))).toHaveLength(2);
    expect(shape(timelineOf('EDF+D', seconds(0, 1), '0.5'))).toHaveLength(2);
  });
});

test('a builder may begin in the middle of a file and skip records, not repeat them', () => {
  const builder = new TimelineBuilder(parseHeader(goodRecording('EDF+C')));
  builder.add(10, 10_000_000_000n);
  builder.add(15, 15_000_000_000n);
  expect(builder.finish()).toMatchObject({ runs: [{ firstRecord: 10, recordCount: 6 }], findings: [] });
  let error: unknown;
  try {
    builder.add(15, null);
  } catch (caught) {
    error = caught;
  }
  expect(isEdfError(error, 'range-invalid')).toBe(true);
});
