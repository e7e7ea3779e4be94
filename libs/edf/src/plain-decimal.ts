const zero = 0x30;
const space = 0x20;
const plus = 0x2b;
const minus = 0x2d;
const dot = 0x2e;

// Eight characters are at most eight digits: the quotient of two integers that doubles hold exactly is rounded once.
const powers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] as const;

/**
 * The number in a header field of at most eight characters that is written by the book: `[+-]digits[.digits]` with
 * spaces behind. Reading the bytes themselves is many times as fast as making a string of them first.
 *
 * @returns NaN for anything else, which {@link parseHeaderNumber} may still read
 */
export function plainDecimalAt(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  let at = start;
  const sign = bytes[at]!;
  if (sign === minus || sign === plus) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    const digit = byte - zero;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === dot && decimals < 0) decimals = 0;
    else break;
  }
  for (; at < end; at++) if (bytes[at] !== space) return NaN;
  if (digits === 0) return NaN;
  const value = decimals > 0 ? mantissa / powers[decimals]! : mantissa;
  return sign === minus ? -value : value;
}

/** As {@link plainDecimalAt}, and NaN for a number that is written with a dot. */
export function plainIntegerAt(bytes: Uint8Array, start: number, length: number): number {
  for (let at = start; at < start + length; at++) if (bytes[at] === dot) return NaN;
  return plainDecimalAt(bytes, start, length);
}

/** As {@link plainIntegerAt}, and NaN for a number that is written with a sign. */
export function plainDigitsAt(bytes: Uint8Array, start: number, length: number): number {
  const sign = bytes[start];
  return sign === minus || sign === plus ? NaN : plainIntegerAt(bytes, start, length);
}
