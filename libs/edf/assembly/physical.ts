// Physical values of one signal out of consecutive data records; whole vectors, as in gather.ts.
// exact…: gain * (digital + offset) in float64; as float32 that value rounded once.
// fast…: the same expression in float32 throughout.
import { load24 } from './gather';

/** gain * (digital + offset) of four integers in float64, rounded to float32. */
function exact32(digital: v128, gain: v128, offset: v128): v128 {
  const upper = v128.shuffle<i32>(digital, digital, 2, 3, 2, 3);
  const a = f64x2.mul(gain, f64x2.add(f64x2.convert_low_i32x4_s(digital), offset));
  const b = f64x2.mul(gain, f64x2.add(f64x2.convert_low_i32x4_s(upper), offset));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2);
}

function exact64(to: usize, digital: v128, gain: v128, offset: v128): void {
  const upper = v128.shuffle<i32>(digital, digital, 2, 3, 2, 3);
  v128.store(to, f64x2.mul(gain, f64x2.add(f64x2.convert_low_i32x4_s(digital), offset)));
  v128.store(to, f64x2.mul(gain, f64x2.add(f64x2.convert_low_i32x4_s(upper), offset)), 16);
}

function fast32(digital: v128, gain: v128, offset: v128): v128 {
  return f32x4.mul(gain, f32x4.add(f32x4.convert_i32x4_s(digital), offset));
}

export function exact64of16(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  out: usize,
  gain: f64,
  offset: f64,
): void {
  const gains = f64x2.splat(gain);
  const offsets = f64x2.splat(offset);
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 3);
    for (; to < end; at += 16, to += 64) {
      exact64(to, v128.load_ext<i16>(at), gains, offsets);
      exact64(to + 32, v128.load_ext<i16>(at, 8), gains, offsets);
    }
    out = end;
  }
}

export function exact64of24(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  out: usize,
  gain: f64,
  offset: f64,
): void {
  const gains = f64x2.splat(gain);
  const offsets = f64x2.splat(offset);
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 3);
    for (; to < end; at += 12, to += 32) exact64(to, load24(at), gains, offsets);
    out = end;
  }
}

export function exact32of16(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  out: usize,
  gain: f64,
  offset: f64,
): void {
  const gains = f64x2.splat(gain);
  const offsets = f64x2.splat(offset);
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 2);
    for (; to < end; at += 16, to += 32) {
      v128.store(to, exact32(v128.load_ext<i16>(at), gains, offsets));
      v128.store(to, exact32(v128.load_ext<i16>(at, 8), gains, offsets), 16);
    }
    out = end;
  }
}

export function exact32of24(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  out: usize,
  gain: f64,
  offset: f64,
): void {
  const gains = f64x2.splat(gain);
  const offsets = f64x2.splat(offset);
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 2);
    for (; to < end; at += 12, to += 16) v128.store(to, exact32(load24(at), gains, offsets));
    out = end;
  }
}

export function fast32of16(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  out: usize,
  gain: f32,
  offset: f32,
): void {
  const gains = f32x4.splat(gain);
  const offsets = f32x4.splat(offset);
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 2);
    for (; to + 64 <= end; at += 32, to += 64) {
      // Loading and widening is one instruction.
      v128.store(to, fast32(v128.load_ext<i16>(at), gains, offsets));
      v128.store(to, fast32(v128.load_ext<i16>(at, 8), gains, offsets), 16);
      v128.store(to, fast32(v128.load_ext<i16>(at, 16), gains, offsets), 32);
      v128.store(to, fast32(v128.load_ext<i16>(at, 24), gains, offsets), 48);
    }
    for (; to < end; at += 16, to += 32) {
      v128.store(to, fast32(v128.load_ext<i16>(at), gains, offsets));
      v128.store(to, fast32(v128.load_ext<i16>(at, 8), gains, offsets), 16);
    }
    out = end;
  }
}

export function fast32of24(
  from: usize,
  stride: i32,
  perRecord: i32,
  records: i32,
  out: usize,
  gain: f32,
  offset: f32,
): void {
  const gains = f32x4.splat(gain);
  const offsets = f32x4.splat(offset);
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 2);
    for (; to < end; at += 12, to += 16) v128.store(to, fast32(load24(at), gains, offsets));
    out = end;
  }
}
