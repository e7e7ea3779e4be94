import type { Annotation } from '@edf-pipeline/edf';
import { hypnogramOf } from './hypnogram.ts';

function annotation(text: string, onsetSeconds: number, durationSeconds: number | null): Annotation {
  const ns = (seconds: number) => BigInt(seconds) * 1_000_000_000n;
  return {
    onsetNs: ns(onsetSeconds),
    durationNs: durationSeconds === null ? null : ns(durationSeconds),
    text,
    onsetText: `+${onsetSeconds}`,
    durationText: durationSeconds === null ? null : String(durationSeconds),
    record: 0,
    signal: 0,
  };
}

test('a hypnogram holds the stages by AASM names, with 3 and 4 as N3 and unscored kept', () => {
  const texts = ['W', '1', '2', '3', '4', 'R', '?', 'N1', 'N2', 'N3', 'N'].map(
    (stage) => `Sleep stage ${stage}`,
  );
  const annotations = [...texts, 'Movement time', 'Lights off'].map((text, i) =>
    annotation(text, 30 * i, 30),
  );
  const stages = ['W', 'N1', 'N2', 'N3', 'N3', 'R', '?', 'N1', 'N2', 'N3', '?', 'M'];
  const hypnogram = hypnogramOf(annotations)!;
  expect(hypnogram.epochSeconds).toBe(30);
  expect(hypnogram.stages.map(({ stage }) => stage)).toEqual(stages);
  expect(hypnogram.stages[4]).toEqual({
    onsetNs: '120000000000',
    durationNs: '30000000000',
    stage: 'N3',
    text: 'Sleep stage 4',
  });
});

test('equal epochs that follow each other are not joined, and stand in order of onset', () => {
  const annotations = [30, 0, 60].map((onset) => annotation('Sleep stage N2', onset, 30));
  expect(hypnogramOf(annotations)!.stages.map(({ onsetNs }) => onsetNs)).toEqual([
    '0',
    '30000000000',
    '60000000000',
  ]);
});

test('the epoch length is the most frequent duration', () => {
  const of = (durations: (number | null)[]) =>
    hypnogramOf(durations.map((duration, i) => annotation('Sleep stage W', i * 100, duration)))!.epochSeconds;
  expect(of([20, 30, 20, 630])).toBe(20);
  expect(of([null, null])).toBe(0);
});

test('a recording without stages has no hypnogram', () => {
  expect(hypnogramOf([annotation('Lights off', 0, null)])).toBeNull();
});
