import { displayUnit, microvoltsPerUnit, niceRange, stepAmplitude } from './amplitude.ts';
import { pageLengthLabel, pageLengths, stepPageLength } from './page-length.ts';

test('an amplitude step up is fewer microvolts a millimetre and stays inside the list', () => {
  expect(stepAmplitude(10, 1)).toBe(7);
  expect(stepAmplitude(10, -1)).toBe(15);
  expect(stepAmplitude(1, 1)).toBe(1);
  expect(stepAmplitude(500, -1)).toBe(500);
  expect(stepAmplitude(12, 1)).toBe(10);
});

test('voltages are recognised whatever their prefix, other units are not', () => {
  expect(['uV', 'µV', 'μV', 'mV', 'V', 'nV'].map(microvoltsPerUnit)).toEqual([1, 1, 1, 1e3, 1e6, 1e-3]);
  expect(['%', 'mmHg', '', 'L/min'].map(microvoltsPerUnit)).toEqual([null, null, null, null]);
  expect(displayUnit('uV')).toBe('µV');
});

test('an automatic range has round ends that hold the data', () => {
  expect(niceRange(92.3, 97.8)).toEqual({ low: 92, high: 98 });
  expect(niceRange(-0.3, 0.31).low).toBeCloseTo(-0.3);
  expect(niceRange(5, 5)).toEqual({ low: 4.75, high: 5.25 });
  expect(niceRange(0, 0)).toEqual({ low: -0.5, high: 0.5 });
});

test('page lengths step through the list and end at the whole recording', () => {
  expect(stepPageLength(30, 1)).toBe(60);
  expect(stepPageLength(30, -1)).toBe(20);
  expect(stepPageLength(17, 1)).toBe(20);
  expect(stepPageLength(1, -1)).toBe(1);
  expect(stepPageLength(28_800, 1)).toBe(Number.POSITIVE_INFINITY);
  expect(stepPageLength(Number.POSITIVE_INFINITY, -1)).toBe(28_800);
  expect(pageLengths.map(pageLengthLabel)).toEqual([
    '1 s',
    '2 s',
    '5 s',
    '10 s',
    '20 s',
    '30 s',
    '60 s',
    '2 min',
    '5 min',
    '10 min',
    '20 min',
    '1 h',
    '2 h',
    '4 h',
    '8 h',
    'whole recording',
  ]);
});
