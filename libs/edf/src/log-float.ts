import type { SignalHeader } from './header.ts';

/** How the integers of a log-transformed signal stand for numbers of a wide range [edfplus.info/specs/edffloat.html]. */
export interface LogFloatScale {
  /** The smallest magnitude: values at or below it are stored as 0. */
  readonly yMin: number;
  /** ln(y / yMin) per digital unit. */
  readonly a: number;
  /** Physical dimension of the numbers, as the prefiltering field gives it. */
  readonly physicalDimension: string;
}

/**
 * The scale in the prefiltering field `sign*LN[sign*(dimension)/(yMin)]/(a)` of a signal whose physical dimension is
 * `Filtered`.
 *
 * @returns null when the signal is not log-transformed, or its parameters cannot be read or are not positive
 */
export function logFloatScale(signal: SignalHeader): LogFloatScale | null {
  if (!signal.isLogFloat) return null;
  const match = /sign\*LN\[sign\*\(([^()]*)\)\/\(([^()]*)\)\]\/\(([^()]*)\)/.exec(signal.prefiltering);
  if (match === null) return null;
  const [, dimension = '', yMinText = '', aText = ''] = match;
  const yMin = decimal(yMinText);
  const a = decimal(aText);
  return yMin > 0 && a > 0 ? { yMin, a, physicalDimension: dimension.trim() } : null;
}

/** The number that a digital value stands for: sign(n) * yMin * exp(a * |n|), and 0 for 0. */
export function logFloatValue(digital: number, { yMin, a }: LogFloatScale): number {
  if (digital === 0) return 0;
  return digital > 0 ? yMin * Math.exp(a * digital) : -yMin * Math.exp(-a * digital);
}

function decimal(text: string): number {
  const trimmed = text.trim();
  return /^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$/.test(trimmed) ? Number(trimmed) : NaN;
}
