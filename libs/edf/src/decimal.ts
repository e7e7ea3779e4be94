/** Why a header number is not the plain decimal the standard asks for. */
export type NumberFault = 'blank' | 'comma' | 'grouping' | 'exponent' | 'ambiguous-comma' | 'unreadable';

/** A number as a header field gives it; `value` is NaN when no single reading is certain. */
export interface HeaderNumber {
  readonly value: number;
  /** The same number with a dot as decimal sign; empty when unreadable. */
  readonly text: string;
  readonly fault: NumberFault | null;
}

const plain = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const exponent = /^[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d{1,3}$/;
const decimalComma = /^[+-]?\d*,\d+$/;
const grouped = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;

/**
 * Reads a header number as tolerantly as is certain.
 * `1,234` may be 1.234 or 1234: it is read (as 1234) only where the field must hold an integer, and is otherwise
 * unreadable, because a guessed limit would be a guessed calibration.
 *
 * @param text the field, spaces trimmed
 * @param isInteger whether the field must hold an integer
 */
export function parseHeaderNumber(text: string, isInteger: boolean): HeaderNumber {
  if (text === '') return { value: NaN, text: '', fault: 'blank' };
  if (plain.test(text)) return { value: Number(text), text, fault: null };
  if (exponent.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? { value, text, fault: 'exponent' } : unreadable;
  }
  const groups = text.split(',').length - 1;
  if (grouped.test(text) && (isInteger || groups > 1 || text.includes('.'))) {
    const joined = text.replaceAll(',', '');
    return { value: Number(joined), text: joined, fault: 'grouping' };
  }
  if (grouped.test(text)) return { value: NaN, text: '', fault: 'ambiguous-comma' };
  if (decimalComma.test(text)) {
    const dotted = text.replace(',', '.');
    return { value: Number(dotted), text: dotted, fault: 'comma' };
  }
  return unreadable;
}

const wholeSeconds = /^\d{1,9}$/;
const unreadable: HeaderNumber = { value: NaN, text: '', fault: 'unreadable' };

/**
 * Seconds written in decimal digits as exact nanoseconds, never by way of a floating-point number.
 * Digits beyond the ninth decimal place are rounded half away from zero.
 *
 * @param text `[+-]digits[.digits][e[+-]digits]`, as {@link parseHeaderNumber} gives it
 * @returns null when the text is not a number, or beyond what 64-bit nanoseconds hold (292 years)
 */
export function nanosecondsFromDecimal(text: string): bigint | null {
  if (wholeSeconds.test(text)) return BigInt(text) * 1_000_000_000n;
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (whole + fraction === '') return null;
  if (digits === '') return 0n;
  const scale = 9 - fraction.length + Number(power);
  if (digits.length + scale > 19) return null;
  // Everything past the place after the last kept one cannot change the rounding.
  const kept = scale < 0 ? digits.slice(0, Math.max(0, digits.length + scale)) : digits;
  const next = scale < 0 ? digits.charCodeAt(digits.length + scale) - 48 : 0;
  let value = BigInt(kept === '' ? '0' : kept) * 10n ** BigInt(Math.max(0, scale));
  if (next >= 5) value += 1n;
  if (value > 9_223_372_036_854_775_807n) return null;
  return sign === '-' ? -value : value;
}

/** Nanoseconds as decimal seconds without trailing zeros and without a plus sign: `1.5`, `-0.25`, `30`. */
export function decimalFromNanoseconds(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const absolute = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = (absolute % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${sign}${absolute / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}
