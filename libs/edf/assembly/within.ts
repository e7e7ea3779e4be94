// Whether samples stay within a window: of nearly all data records nothing more has to be known.

/** Whether the accumulated extremes have left the window that they began with. */
function hasLeft(low: v128, lowest: v128, high: v128, highest: v128): bool {
  return v128.any_true(v128.or(v128.xor(low, lowest), v128.xor(high, highest)));
}

function isWithin16(from: usize, perRecord: i32, lowest: i32, highest: i32): bool {
  const end = from + ((<usize>perRecord) << 1);
  let at = from;
  if (perRecord < 8) {
    for (; at < end; at += 2) {
      const value = <i32>load<i16>(at);
      if (value < lowest || value > highest) return false;
    }
    return true;
  }
  const lows = i16x8.splat(<i16>lowest);
  const highs = i16x8.splat(<i16>highest);
  let low = lows;
  let high = highs;
  for (; at + 64 <= end; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    low = i16x8.min_s(low, i16x8.min_s(i16x8.min_s(a, b), i16x8.min_s(c, d)));
    high = i16x8.max_s(high, i16x8.max_s(i16x8.max_s(a, b), i16x8.max_s(c, d)));
  }
  // The last vector ends with the last sample; some samples are looked at twice.
  for (; at < end; at += 16) {
    const a = v128.load(min(at, end - 16));
    low = i16x8.min_s(low, a);
    high = i16x8.max_s(high, a);
  }
  return !hasLeft(low, lows, high, highs);
}

function isWithin32(from: usize, perRecord: i32, lowest: i32, highest: i32): bool {
  const end = from + ((<usize>perRecord) << 2);
  let at = from;
  if (perRecord < 4) {
    for (; at < end; at += 4) {
      const value = load<i32>(at);
      if (value < lowest || value > highest) return false;
    }
    return true;
  }
  const lows = i32x4.splat(lowest);
  const highs = i32x4.splat(highest);
  let low = lows;
  let high = highs;
  for (; at + 32 <= end; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    low = i32x4.min_s(low, i32x4.min_s(a, b));
    high = i32x4.max_s(high, i32x4.max_s(a, b));
  }
  for (; at < end; at += 16) {
    const a = v128.load(min(at, end - 16));
    low = i32x4.min_s(low, a);
    high = i32x4.max_s(high, a);
  }
  return !hasLeft(low, lows, high, highs);
}

export function within16(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  lowest: i32,
  highest: i32,
): i32 {
  for (let record = 0; record < records; record++, from += <usize>stride)
    if (!isWithin16(from, perRecord, lowest, highest)) return record;
  return records;
}

export function within32(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  lowest: i32,
  highest: i32,
): i32 {
  for (let record = 0; record < records; record++, from += <usize>stride)
    if (!isWithin32(from, perRecord, lowest, highest)) return record;
  return records;
}
