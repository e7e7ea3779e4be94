// Exact integer statistics of consecutive samples, added to a state of 128 bytes (src/kernels/measure-state.ts).
import { countLimits16, countLimits32 } from './limits';
import { trackRuns } from './runs';

// Byte offsets in the state.
const MIN: usize = 0;
const MAX: usize = 4;
const LOWEST: usize = 8;
const HIGHEST: usize = 12;
const SUM: usize = 16;
const SQUARES_LOW: usize = 24;
const SQUARES_HIGH: usize = 32;
const COUNT: usize = 40;
const REPEATED: usize = 88;
const PREVIOUS: usize = 112;

// What PREVIOUS holds before the first sample.
const NO_SAMPLE: i32 = 0x40000000;
const ALL: u64 = ~(<u64>0);
// The vector sums of a block do not overflow, not even those of 24-bit squares.
const BLOCK: i32 = 1 << 16;

function addTo(at: usize, value: u64): void {
  store<u64>(at, load<u64>(at) + value);
}

function lanes64(v: v128): u64 {
  return <u64>(i64x2.extract_lane(v, 0) + i64x2.extract_lane(v, 1));
}

function widened(v: v128): v128 {
  return i64x2.add(i64x2.extend_low_i32x4_s(v), i64x2.extend_high_i32x4_s(v));
}

function widenedUnsigned(v: v128): v128 {
  return i64x2.add(i64x2.extend_low_i32x4_u(v), i64x2.extend_high_i32x4_u(v));
}

/** Whether 16 squares of such samples fit an unsigned lane of 32 bits. */
function isSmall(low: v128, high: v128): bool {
  const outside = v128.or(i16x8.lt_s(low, i16x8.splat(-16_383)), i16x8.gt_s(high, i16x8.splat(16_383)));
  return !v128.any_true(outside);
}

/** Sums of the squares of 64 samples of any size. */
function squares64(at: usize): v128 {
  let squares = i64x2.splat(0);
  for (let part = at; part < at + 128; part += 16) {
    const a = v128.load(part);
    // Unsigned: two squares of -32768 are 2^31.
    squares = i64x2.add(squares, widenedUnsigned(i32x4.dot_i16x8_s(a, a)));
  }
  return squares;
}

function lowest32(v: v128): i32 {
  const a = i32x4.min_s(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(i32x4.min_s(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2)), 0);
}

function highest32(v: v128): i32 {
  const a = i32x4.max_s(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(i32x4.max_s(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2)), 0);
}

/** 16 bits, one per sample from `at`: whether it equals the sample before it. */
function repeats16(at: usize): u64 {
  const a = i16x8.eq(v128.load(at), v128.load(at - 2));
  const b = i16x8.eq(v128.load(at, 16), v128.load(at + 14));
  return <u64>(<u32>i8x16.bitmask(i8x16.narrow_i16x8_s(a, b)));
}

/** As {@link repeats16}, for 32-bit samples. */
function repeats32(at: usize): u64 {
  const a = i32x4.eq(v128.load(at), v128.load(at - 4));
  const b = i32x4.eq(v128.load(at, 16), v128.load(at + 12));
  const c = i32x4.eq(v128.load(at, 32), v128.load(at + 28));
  const d = i32x4.eq(v128.load(at, 48), v128.load(at + 44));
  const low = i16x8.narrow_i32x4_s(a, b);
  const high = i16x8.narrow_i32x4_s(c, d);
  return <u64>(<u32>i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)));
}

function finish(state: usize, min: i32, max: i32, sum: i64, squares: u64): void {
  if (min < load<i32>(state + MIN)) store<i32>(state + MIN, min);
  if (max > load<i32>(state + MAX)) store<i32>(state + MAX, max);
  addTo(state + SUM, <u64>sum);
  addTo(state + SQUARES_LOW, squares & 0xffffffff);
  addTo(state + SQUARES_HIGH, squares >> 32);
}

function touchesLimits(state: usize, min: i32, max: i32): bool {
  return min <= load<i32>(state + LOWEST) || max >= load<i32>(state + HIGHEST);
}

export function measure16(from: usize, count: i32, state: usize): void {
  for (let done: i32 = 0; done < count; done += BLOCK) {
    block16(from + ((<usize>done) << 1), min(count - done, BLOCK), state);
  }
}

function block16(from: usize, count: i32, state: usize): void {
  const previous = load<i32>(state + PREVIOUS);
  // In front of the first sample, where the comparison with the sample before looks for it.
  store<i16>(from - 2, <i16>previous);
  let known: u64 = previous === NO_SAMPLE ? ALL - 1 : ALL;
  let low = i16x8.splat(load<i16>(from));
  let high = low;
  let sums = i32x4.splat(0);
  let squares = i64x2.splat(0);
  let repeated: u64 = 0;
  let at = from;
  const end = from + ((<usize>count) << 1);
  for (; at + 128 <= end; at += 128) {
    let dots = i32x4.splat(0);
    for (let part = at; part < at + 128; part += 32) {
      const a = v128.load(part);
      const b = v128.load(part, 16);
      low = i16x8.min_s(low, i16x8.min_s(a, b));
      high = i16x8.max_s(high, i16x8.max_s(a, b));
      sums = i32x4.add(sums, i32x4.add(i32x4.extadd_pairwise_i16x8_s(a), i32x4.extadd_pairwise_i16x8_s(b)));
      dots = i32x4.add(dots, i32x4.add(i32x4.dot_i16x8_s(a, a), i32x4.dot_i16x8_s(b, b)));
    }
    squares = i64x2.add(squares, isSmall(low, high) ? widenedUnsigned(dots) : squares64(at));
    const low32 = repeats16(at) | (repeats16(at + 32) << 16);
    const high32 = repeats16(at + 64) | (repeats16(at + 96) << 16);
    const mask = (low32 | (high32 << 32)) & known;
    known = ALL;
    repeated += popcnt<u64>(mask);
    trackRuns(state, mask, 64);
  }
  let smallest = lowest32(i32x4.min_s(i32x4.extend_low_i16x8_s(low), i32x4.extend_high_i16x8_s(low)));
  let largest = highest32(i32x4.max_s(i32x4.extend_low_i16x8_s(high), i32x4.extend_high_i16x8_s(high)));
  let sum = <i64>lanes64(widened(sums));
  let square = lanes64(squares);
  let mask: u64 = 0;
  let rest: i32 = 0;
  for (; at < end; at += 2, rest++) {
    const value = <i32>load<i16>(at);
    smallest = min(smallest, value);
    largest = max(largest, value);
    sum += <i64>value;
    square += <u64>(<i64>value * <i64>value);
    mask |= (<u64>(value === <i32>load<i16>(at - 2))) << (<u64>rest);
  }
  if (rest > 0) {
    mask &= known;
    repeated += popcnt<u64>(mask);
    trackRuns(state, mask, rest);
  }
  addTo(state + REPEATED, repeated);
  store<i32>(state + PREVIOUS, <i32>load<i16>(end - 2));
  finish(state, smallest, largest, sum, square);
  if (touchesLimits(state, smallest, largest)) countLimits16(from, count, state);
  addTo(state + COUNT, <u64>count);
}

export function measure32(from: usize, count: i32, state: usize): void {
  for (let done: i32 = 0; done < count; done += BLOCK) {
    block32(from + ((<usize>done) << 2), min(count - done, BLOCK), state);
  }
}

function block32(from: usize, count: i32, state: usize): void {
  const previous = load<i32>(state + PREVIOUS);
  store<i32>(from - 4, previous);
  let known: u64 = previous === NO_SAMPLE ? ALL - 1 : ALL;
  let low = i32x4.splat(load<i32>(from));
  let high = low;
  let sums = i64x2.splat(0);
  let squares = i64x2.splat(0);
  let repeated: u64 = 0;
  let at = from;
  const end = from + ((<usize>count) << 2);
  for (; at + 256 <= end; at += 256) {
    // Sixteen 24-bit samples per lane fit 32 bits.
    let group = i32x4.splat(0);
    for (let part = at; part < at + 256; part += 16) {
      const a = v128.load(part);
      low = i32x4.min_s(low, a);
      high = i32x4.max_s(high, a);
      group = i32x4.add(group, a);
      squares = i64x2.add(
        squares,
        i64x2.add(i64x2.extmul_low_i32x4_s(a, a), i64x2.extmul_high_i32x4_s(a, a)),
      );
    }
    sums = i64x2.add(sums, widened(group));
    const low32 = repeats32(at) | (repeats32(at + 64) << 16);
    const high32 = repeats32(at + 128) | (repeats32(at + 192) << 16);
    const mask = (low32 | (high32 << 32)) & known;
    known = ALL;
    repeated += popcnt<u64>(mask);
    trackRuns(state, mask, 64);
  }
  let smallest = lowest32(low);
  let largest = highest32(high);
  let sum = <i64>lanes64(sums);
  let square = lanes64(squares);
  let mask: u64 = 0;
  let rest: i32 = 0;
  for (; at < end; at += 4, rest++) {
    const value = load<i32>(at);
    smallest = min(smallest, value);
    largest = max(largest, value);
    sum += <i64>value;
    square += <u64>(<i64>value * <i64>value);
    mask |= (<u64>(value === load<i32>(at - 4))) << (<u64>rest);
  }
  if (rest > 0) {
    mask &= known;
    repeated += popcnt<u64>(mask);
    trackRuns(state, mask, rest);
  }
  addTo(state + REPEATED, repeated);
  store<i32>(state + PREVIOUS, load<i32>(end - 4));
  finish(state, smallest, largest, sum, square);
  if (touchesLimits(state, smallest, largest)) countLimits32(from, count, state);
  addTo(state + COUNT, <u64>count);
}
