// Extremes of 16 consecutive samples, and of 4 consecutive bins: the steps of an overview pyramid. The last bin may
// hold fewer.

function pairMin(a: v128, b: v128): v128 {
  return i32x4.min_s(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

function pairMax(a: v128, b: v128): v128 {
  return i32x4.max_s(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

/** The lower of the two 16-bit halves of each lane, as 32-bit lanes. */
function halfMin(v: v128): v128 {
  return i32x4.min_s(i32x4.shr_s(i32x4.shl(v, 16), 16), i32x4.shr_s(v, 16));
}

function halfMax(v: v128): v128 {
  return i32x4.max_s(i32x4.shr_s(i32x4.shl(v, 16), 16), i32x4.shr_s(v, 16));
}

export function overview16(from: usize, count: i32, outMin: usize, outMax: usize): void {
  let i: i32 = 0;
  // Four bins at a time, one per lane.
  for (; i + 64 <= count; i += 64, from += 128, outMin += 16, outMax += 16) {
    const a = v128.load(from);
    const aa = v128.load(from, 16);
    const b = v128.load(from, 32);
    const bb = v128.load(from, 48);
    const c = v128.load(from, 64);
    const cc = v128.load(from, 80);
    const d = v128.load(from, 96);
    const dd = v128.load(from, 112);
    const lowAB = pairMin(halfMin(i16x8.min_s(a, aa)), halfMin(i16x8.min_s(b, bb)));
    const lowCD = pairMin(halfMin(i16x8.min_s(c, cc)), halfMin(i16x8.min_s(d, dd)));
    const highAB = pairMax(halfMax(i16x8.max_s(a, aa)), halfMax(i16x8.max_s(b, bb)));
    const highCD = pairMax(halfMax(i16x8.max_s(c, cc)), halfMax(i16x8.max_s(d, dd)));
    v128.store(outMin, pairMin(lowAB, lowCD));
    v128.store(outMax, pairMax(highAB, highCD));
  }
  for (; i < count; i += 16, outMin += 4, outMax += 4) {
    const end = min(count - i, 16);
    let low = <i32>load<i16>(from);
    let high = low;
    for (let k: i32 = 0; k < end; k++, from += 2) {
      low = min(low, <i32>load<i16>(from));
      high = max(high, <i32>load<i16>(from));
    }
    store<i32>(outMin, low);
    store<i32>(outMax, high);
  }
}

function low4(at: usize): v128 {
  const a = i32x4.min_s(v128.load(at), v128.load(at, 16));
  return i32x4.min_s(a, i32x4.min_s(v128.load(at, 32), v128.load(at, 48)));
}

function high4(at: usize): v128 {
  const a = i32x4.max_s(v128.load(at), v128.load(at, 16));
  return i32x4.max_s(a, i32x4.max_s(v128.load(at, 32), v128.load(at, 48)));
}

export function overview32(from: usize, count: i32, outMin: usize, outMax: usize): void {
  let i: i32 = 0;
  for (; i + 64 <= count; i += 64, from += 256, outMin += 16, outMax += 16) {
    const lowAB = pairMin(low4(from), low4(from + 64));
    const highAB = pairMax(high4(from), high4(from + 64));
    v128.store(outMin, pairMin(lowAB, pairMin(low4(from + 128), low4(from + 192))));
    v128.store(outMax, pairMax(highAB, pairMax(high4(from + 128), high4(from + 192))));
  }
  for (; i < count; i += 16, outMin += 4, outMax += 4) {
    const end = min(count - i, 16);
    let low = load<i32>(from);
    let high = low;
    for (let k: i32 = 0; k < end; k++, from += 4) {
      low = min(low, load<i32>(from));
      high = max(high, load<i32>(from));
    }
    store<i32>(outMin, low);
    store<i32>(outMax, high);
  }
}

export function coarsen(fromMin: usize, fromMax: usize, count: i32, outMin: usize, outMax: usize): void {
  let i: i32 = 0;
  for (; i + 16 <= count; i += 16, fromMin += 64, fromMax += 64, outMin += 16, outMax += 16) {
    const lowAB = pairMin(v128.load(fromMin), v128.load(fromMin, 16));
    const highAB = pairMax(v128.load(fromMax), v128.load(fromMax, 16));
    v128.store(outMin, pairMin(lowAB, pairMin(v128.load(fromMin, 32), v128.load(fromMin, 48))));
    v128.store(outMax, pairMax(highAB, pairMax(v128.load(fromMax, 32), v128.load(fromMax, 48))));
  }
  for (; i < count; i += 4, outMin += 4, outMax += 4) {
    const end = min(count - i, 4);
    let low = load<i32>(fromMin);
    let high = load<i32>(fromMax);
    for (let k: i32 = 0; k < end; k++, fromMin += 4, fromMax += 4) {
      low = min(low, load<i32>(fromMin));
      high = max(high, load<i32>(fromMax));
    }
    store<i32>(outMin, low);
    store<i32>(outMax, high);
  }
}
