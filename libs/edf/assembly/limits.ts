// Samples at and beyond the digital limits; only looked for where the extremes of a block say that there are any.

const LOWEST: usize = 8;
const HIGHEST: usize = 12;
const COUNT: usize = 40;
const AT_LOWEST: usize = 48;
const AT_HIGHEST: usize = 56;
const BELOW: usize = 64;
const ABOVE: usize = 72;
const FIRST_OUTSIDE: usize = 80;

function addTo(at: usize, value: i32): void {
  store<u64>(at, load<u64>(at) + <u64>value);
}

/** @param used how many of the four lanes are samples, from the first */
function count4(state: usize, samples: v128, used: i32, place: u64): void {
  const lowest = i32x4.splat(load<i32>(state + LOWEST));
  const highest = i32x4.splat(load<i32>(state + HIGHEST));
  const lanes = (1 << used) - 1;
  addTo(state + AT_LOWEST, popcnt<i32>(i32x4.bitmask(i32x4.eq(samples, lowest)) & lanes));
  addTo(state + AT_HIGHEST, popcnt<i32>(i32x4.bitmask(i32x4.eq(samples, highest)) & lanes));
  const below = i32x4.bitmask(i32x4.lt_s(samples, lowest)) & lanes;
  const above = i32x4.bitmask(i32x4.gt_s(samples, highest)) & lanes;
  const outside = below | above;
  if (outside === 0) return;
  addTo(state + BELOW, popcnt<i32>(below));
  addTo(state + ABOVE, popcnt<i32>(above));
  if (load<i64>(state + FIRST_OUTSIDE) < 0) store<u64>(state + FIRST_OUTSIDE, place + <u64>ctz<i32>(outside));
}

export function countLimits16(from: usize, count: i32, state: usize): void {
  const before = load<u64>(state + COUNT);
  for (let i: i32 = 0; i < count; i += 4) {
    const samples = i32x4.extend_low_i16x8_s(v128.load64_zero(from + ((<usize>i) << 1)));
    count4(state, samples, min(count - i, 4), before + <u64>i);
  }
}

export function countLimits32(from: usize, count: i32, state: usize): void {
  const before = load<u64>(state + COUNT);
  for (let i: i32 = 0; i < count; i += 4) {
    count4(state, v128.load(from + ((<usize>i) << 2)), min(count - i, 4), before + <u64>i);
  }
}
