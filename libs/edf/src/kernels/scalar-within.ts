/**
 * How many segments of `perRecord` samples there are before the first with a sample outside `lowest` to `highest`.
 *
 * @param from index of the first sample; the next segment begins `stride` samples later
 */
export function countWithin(
  samples: Int16Array | Int32Array,
  from: number,
  stride: number,
  perRecord: number,
  records: number,
  lowest: number,
  highest: number,
): number {
  for (let record = 0; record < records; record++) {
    const start = from + record * stride;
    // Without a branch for each: differences below 0 leave their sign.
    let signs = 0;
    for (let at = start; at < start + perRecord; at++) {
      const value = samples[at]!;
      signs |= (value - lowest) | (highest - value);
    }
    if (signs < 0) return record;
  }
  return records;
}
