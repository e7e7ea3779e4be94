// Stretches of equal samples, 64 samples at a time.

const RUN: usize = 96;
const LONGEST: usize = 104;

/** Whether `length` neighbouring bits of `mask` are set. */
function hasRun(mask: u64, length: u64): bool {
  let rest = mask;
  let have: u64 = 1;
  while (have < length) {
    const step = min(have, length - have);
    rest &= rest >> step;
    have += step;
  }
  return rest !== 0;
}

/**
 * Adds 1 to 64 samples to the state's present and longest stretch.
 *
 * @param mask bit i: sample i equals the one before it; no bits above `count`
 */
export function trackRuns(state: usize, mask: u64, count: i32): void {
  // What most stretches of a noisy signal are; the present stretch has been counted as far as it went.
  if (mask === 0) {
    store<u64>(state + RUN, 0);
    return;
  }
  const bits = <u64>count;
  let run = load<u64>(state + RUN);
  let longest = load<u64>(state + LONGEST);
  if (mask === ~(<u64>0) >> (64 - bits)) {
    run += bits;
    longest = max(longest, run);
  } else {
    longest = max(longest, run + ctz<u64>(~mask));
    run = clz<u64>(~(mask << (64 - bits)));
    longest = max(longest, run);
    while (longest + 2 < bits && hasRun(mask, longest + 1)) longest++;
  }
  store<u64>(state + RUN, run);
  store<u64>(state + LONGEST, longest);
}
