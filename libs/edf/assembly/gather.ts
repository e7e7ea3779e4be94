// Samples of one signal out of consecutive data records, as integers. Each segment is written in whole vectors: what
// is too much is overwritten by the next segment, the last one ends in the slack after `out`.

/** Four 24-bit samples from `at`, sign-extended. */
export function load24(at: usize): v128 {
  const bytes = v128.load(at);
  // Each sample goes to the upper three bytes of its lane; the arithmetic shift brings its sign down.
  const upper = v128.shuffle<u8>(bytes, i32x4.splat(0), 16, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11);
  return i32x4.shr_s(upper, 8);
}

export function gather16(from: usize, stride: i32, perRecord: i32, records: i32, out: usize): void {
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 1);
    for (; to + 64 <= end; at += 64, to += 64) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
    for (; to < end; at += 16, to += 16) v128.store(to, v128.load(at));
    out = end;
  }
}

export function widen16(from: usize, stride: i32, perRecord: i32, records: i32, out: usize): void {
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 2);
    for (; to < end; at += 16, to += 32) {
      v128.store(to, v128.load_ext<i16>(at));
      v128.store(to, v128.load_ext<i16>(at, 8), 16);
    }
    out = end;
  }
}

export function widen24(from: usize, stride: i32, perRecord: i32, records: i32, out: usize): void {
  for (let record = 0; record < records; record++, from += <usize>stride) {
    let at = from;
    let to = out;
    const end = out + ((<usize>perRecord) << 2);
    for (; to < end; at += 12, to += 16) v128.store(to, load24(at));
    out = end;
  }
}
