/** The onset of a data record, by its time-keeping TAL. */
export interface TimeKeeping {
  readonly onsetNs: bigint;
  /** Decimal places it is written with. */
  readonly onsetDecimals: number;
}

const plus = 0x2b;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const mark = 0x14;
// Nanoseconds of so many seconds are still exact in a floating-point number.
const mostWholeDigits = 6;

/**
 * Reads a block of TALs that holds a time-keeping TAL in its plain form and nothing else, as most data records do:
 * `+567<14><14><00>` and zeros to the end [EDF+ 2.2.4].
 *
 * @param bytes any bytes; the block is [start, end)
 * @returns null for every other form, which is then read with more care
 */
export function readPlainTimeKeeping(bytes: Uint8Array, start: number, end: number): TimeKeeping | null {
  const sign = bytes[start];
  if ((sign !== plus && sign !== minus) || end - start < 5) return null;
  let at = start + 1;
  let whole = 0;
  while (at < end && bytes[at]! >= zero && bytes[at]! <= nine) whole = whole * 10 + bytes[at++]! - zero;
  const wholeDigits = at - start - 1;
  if (wholeDigits === 0 || wholeDigits > mostWholeDigits) return null;
  let onsetDecimals = 0;
  let fraction = 0;
  if (bytes[at] === dot) {
    const first = ++at;
    while (at < end && bytes[at]! >= zero && bytes[at]! <= nine)
      fraction = fraction * 10 + bytes[at++]! - zero;
    onsetDecimals = at - first;
    if (onsetDecimals > 9) return null;
  }
  if (at + 2 >= end || bytes[at] !== mark || bytes[at + 1] !== mark) return null;
  for (at += 2; at < end; at++) if (bytes[at] !== 0) return null;
  const nanoseconds = whole * 1e9 + fraction * 10 ** (9 - onsetDecimals);
  return { onsetNs: BigInt(sign === minus ? -nanoseconds : nanoseconds), onsetDecimals };
}
