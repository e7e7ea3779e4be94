/** Seconds a page may show; `Infinity` is the whole recording. */
export const pageLengths: readonly number[] = [
  1,
  2,
  5,
  10,
  20,
  30,
  60,
  120,
  300,
  600,
  1200,
  3600,
  7200,
  14_400,
  28_800,
  Number.POSITIVE_INFINITY,
];

/** Neighbour of a page length in the list: +1 longer, −1 shorter; stays at the ends. */
export function stepPageLength(pageSeconds: number, steps: 1 | -1): number {
  if (steps === 1) return pageLengths.find((length) => length > pageSeconds) ?? Number.POSITIVE_INFINITY;
  return pageLengths.findLast((length) => length < pageSeconds) ?? 1;
}

/** `10 s`, `5 min`, `2 h`, `whole recording`. */
export function pageLengthLabel(pageSeconds: number): string {
  if (pageSeconds === Number.POSITIVE_INFINITY) return 'whole recording';
  if (pageSeconds < 60 || pageSeconds % 60 !== 0) return `${pageSeconds} s`;
  if (pageSeconds < 3600) return pageSeconds === 60 ? '60 s' : `${pageSeconds / 60} min`;
  return `${pageSeconds / 3600} h`;
}
