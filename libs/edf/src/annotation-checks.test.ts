import { checkAnnotations } from './annotation-checks.ts';
import { parseHeader } from './header.ts';
import type { Annotation } from './tal.ts';
import { goodRecording } from './test-support/recordings.ts';

const header = parseHeader(goodRecording('EDF+C'));
const timeline = { runs: [{ firstRecord: 0, recordCount: 3, startNs: 0n }], findings: [] };
const at = (onsetSeconds: number, text: string, durationNs: bigint | null = null): Annotation => ({
  onsetNs: BigInt(Math.round(onsetSeconds * 1e9)),
  durationNs,
  text,
  onsetText: '',
  durationText: null,
  record: Math.round(onsetSeconds * 10),
  signal: 2,
});
/** The data record says which annotation it was. */
const repeatedAt = (annotations: Annotation[]): (number | undefined)[] =>
  checkAnnotations(header, timeline, annotations)
    .filter(({ id }) => id === 'EDF062')
    .map(({ record }) => record);

test('an annotation that is there again is found, next to the first and among others of its time', () => {
  expect(repeatedAt([at(1, 'a'), at(1, 'a'), at(2, 'a')])).toEqual([10]);
  expect(repeatedAt([at(0.5, 'a'), at(1, 'a'), at(1, 'b'), at(1, 'a'), at(1, 'b'), at(2, 'b')])).toEqual([
    10, 10,
  ]);
  expect(repeatedAt([at(2, 'a'), at(1, 'x'), at(2, 'a')])).toEqual([20]);
});

test('the same text at another time or of another duration is not the same annotation', () => {
  expect(repeatedAt([at(1, 'a'), at(1, 'a', 0n), at(1, 'a', 5n), at(1.1, 'a')])).toEqual([]);
  expect(repeatedAt([at(2, 'a'), at(1, 'a'), at(1.5, 'a')])).toEqual([]);
});

test('an annotation that begins or ends outside the recording is found', () => {
  const messages = checkAnnotations(header, timeline, [
    at(-1, 'a'),
    at(1, 'b'),
    at(2, 'c', 2_000_000_000n),
    at(4, 'd'),
  ]);
  expect(messages.map(({ message }) => message)).toEqual([
    'An annotation begins before the recording.',
    'An annotation ends after the recording.',
    'An annotation begins after the recording.',
  ]);
});
