/** Units of voltage that physical dimensions are normalised to. */
export type VoltageUnit = 'nV' | 'uV' | 'mV' | 'V';

const exponents: Readonly<Record<VoltageUnit, number>> = { nV: -9, uV: -6, mV: -3, V: 0 };

/**
 * The unit of voltage that a physical dimension means, `uV` for all the ways in which files write the micro sign (u,
 * U+00B5, U+03BC, UTF-8 read as Latin-1), capitals of the `V` aside.
 *
 * @returns null when it is no voltage: `mmHg`, `uV^2`, blank
 */
export function voltageUnitOf(physicalDimension: string): VoltageUnit | null {
  const match = /^(n|u|\u00b5|\u03bc|\u00c2\u00b5|\u00ce\u00bc|m|)[Vv]$/.exec(physicalDimension.trim());
  if (match === null) return null;
  const prefix = match[1] === 'n' || match[1] === 'm' || match[1] === '' ? match[1] : 'u';
  return `${prefix}V` as VoltageUnit;
}

/** By what a value of the physical dimension is multiplied to be in `unit`: 1000 from `mV` to `uV`; null if no voltage. */
export function voltageFactor(physicalDimension: string, unit: VoltageUnit): number | null {
  const from = voltageUnitOf(physicalDimension);
  if (from === null) return null;
  const exponent = exponents[from] - exponents[unit];
  return exponent < 0 ? 1 / 10 ** -exponent : 10 ** exponent;
}
