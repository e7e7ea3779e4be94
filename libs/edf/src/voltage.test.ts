import { logFloatScale, logFloatValue } from './log-float.ts';
import { parseHeader } from './header.ts';
import { goodRecording, withSignalField } from './test-support/recordings.ts';
import { voltageFactor, voltageUnitOf } from './voltage.ts';

test.each([
  ['uV', 'uV'],
  ['\u00b5V', 'uV'],
  ['\u03bcV', 'uV'],
  ['\u00c2\u00b5V', 'uV'],
  ['uv', 'uV'],
  [' mV ', 'mV'],
  ['V', 'V'],
  ['nV', 'nV'],
  ['MV', null],
  ['mmHg', null],
  ['uV^2', null],
  ['', null],
])('the physical dimension %j is %s', (dimension, unit) => {
  expect(voltageUnitOf(dimension)).toBe(unit);
});

test('factors are powers of ten', () => {
  expect(voltageFactor('mV', 'uV')).toBe(1000);
  expect(voltageFactor('uV', 'mV')).toBe(0.001);
  expect(voltageFactor('V', 'uV')).toBe(1e6);
  expect(voltageFactor('\u00b5V', 'V')).toBe(1e-6);
  expect(voltageFactor('uV', 'uV')).toBe(1);
  expect(voltageFactor('nV', 'V')).toBe(1e-9);
  expect(voltageFactor('degC', 'uV')).toBeNull();
});

describe('the log-float parameters', () => {
  const scaleOf = (prefiltering: string, dimension = 'Filtered') =>
    logFloatScale(
      parseHeader(
        withSignalField(
          withSignalField(goodRecording('EDF'), 'physicalDimension', 0, dimension),
          'prefiltering',
          0,
          prefiltering,
        ),
      ).signals[0]!,
    );

  test('are those of the prefiltering field', () => {
    const scale = { yMin: 0.01, a: 0.002, physicalDimension: 'uV' };
    expect(scaleOf('sign*LN[sign*(uV      )/(0.01    )]/(0.002   )')).toEqual(scale);
    expect(scaleOf('sign*LN[sign*(at 4.0Hz)/(0.00010)]/(0.00100)(Kemp:J Sleep Res 1998-supp2:132)')).toEqual({
      yMin: 0.0001,
      a: 0.001,
      physicalDimension: 'at 4.0Hz',
    });
  });

  test.each([
    '',
    'HP:0.1Hz',
    'sign*LN[sign*(uV)/(0)]/(1)',
    'sign*LN[sign*(uV)/(1)]/(-1)',
    'sign*LN[sign*(uV)/(x)]/(1)',
  ])('of %j are none', (prefiltering) => expect(scaleOf(prefiltering)).toBeNull());

  test('count only for signals marked Filtered', () => {
    expect(scaleOf('sign*LN[sign*(uV      )/(0.01    )]/(0.002   )', 'uV')).toBeNull();
  });

  test('give back the numbers, to a step of the scale', () => {
    const scale = { yMin: 0.01, a: 0.002, physicalDimension: 'uV' };
    for (const value of [0.02, -0.02, 1, -1234.5, 1e6]) {
      const digital = Math.sign(value) * Math.round(Math.log(Math.abs(value) / scale.yMin) / scale.a);
      expect(Math.abs(logFloatValue(digital, scale) / value - 1)).toBeLessThan(scale.a);
    }
    expect(logFloatValue(0, scale)).toBe(0);
  });
});
