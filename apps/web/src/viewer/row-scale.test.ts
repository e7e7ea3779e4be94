import { createColumns } from './columns.ts';
import { rowScale } from './row-scale.ts';
import { viewFromSearch } from './view-state.ts';

const eeg = {
  index: 0,
  label: 'EEG Fpz-Cz',
  unit: 'µV',
  kind: 'eeg' as const,
  gain: 0.1,
  offset: 0,
  isCalibrated: true,
  microvolts: 1,
  leastRange: 0,
  samplesPerDataRecord: 100,
};
const view = viewFromSearch({}, { pageSeconds: 10, hidden: new Set() });

function columnsBetween(low: number, high: number) {
  const columns = createColumns(4);
  columns.low.fill(low);
  columns.high.fill(high);
  return columns;
}

test('at 10 µV/mm a signal of 100 µV is one centimetre high', () => {
  const scale = rowScale(eeg, columnsBetween(0, 0), 50, view);
  expect(scale.pixelsPerDigital * (100 / 0.1)).toBeCloseTo((96 / 25.4) * 10);
  expect(scale.text).toBe('');
});

test('a centred trace has its median in the middle, a true one has zero there', () => {
  expect(rowScale(eeg, columnsBetween(400, 600), 50, view).centre).toBe(500);
  const offset = { ...eeg, offset: 32 };
  expect(rowScale(offset, columnsBetween(400, 600), 50, { ...view, isCentred: false }).centre).toBe(-32);
});

test('electrocardiograms are drawn ten times smaller, and the row says so', () => {
  expect(rowScale({ ...eeg, kind: 'ecg' }, columnsBetween(0, 1), 50, view).text).toBe('100 µV/mm');
});

test('steps of a single signal move it along the list of amplitudes', () => {
  const stepped = { ...view, gainSteps: new Map([[0, 2]]) };
  expect(rowScale(eeg, columnsBetween(0, 1), 50, stepped).text).toBe('5 µV/mm');
});

test('what is no voltage fills its row with a round range, and prints its unit', () => {
  const oxygen = { ...eeg, unit: '%', microvolts: null, gain: 0.1 };
  const scale = rowScale(oxygen, columnsBetween(920, 978), 100, view);
  expect(scale.text).toBe('92 to 98 %');
  expect(scale.centre).toBeCloseTo(950);
  expect(scale.pixelsPerDigital).toBeCloseTo((43 / 3) * 0.1);
});

test('a slow trend is not blown up to its last digit', () => {
  const oxygen = { ...eeg, unit: '%', microvolts: null, gain: 0.1, leastRange: 5 };
  expect(rowScale(oxygen, columnsBetween(964, 968), 100, view).text).toBe('94 to 100 %');
});

test('negative gain turns the trace over and keeps the printed range upright', () => {
  const scale = rowScale(
    { ...eeg, unit: '%', microvolts: null, gain: -0.1 },
    columnsBetween(920, 978),
    100,
    view,
  );
  expect(scale.pixelsPerDigital).toBeLessThan(0);
  expect(scale.text).toBe('−98 to −92 %');
});
