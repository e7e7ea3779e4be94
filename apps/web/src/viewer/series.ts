/** Samples of one signal that follow each other without a gap. */
export interface SampleSegment {
  readonly kind: 'samples';
  /** Seconds of the first sample. */
  readonly start: number;
  /** Seconds between samples. */
  readonly step: number;
  /** Stored integers, or what `derive` made of them. */
  readonly values: ArrayLike<number>;
}

/** Least and greatest sample of each bin; a bin without samples has `min > max`. */
export interface RangeSegment {
  readonly kind: 'ranges';
  readonly start: number;
  /** Seconds of a bin. */
  readonly step: number;
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
}

export type Segment = SampleSegment | RangeSegment;

/** What a page draws: the segments of each signal, by signal index. */
export interface PageData {
  /** `raw` are samples of the file, `overview` its min/max levels. */
  readonly kind: 'raw' | 'overview';
  readonly series: ReadonlyMap<number, readonly Segment[]>;
}

/** The step between reading and drawing: filters and montages belong here. Only raw pages may be derived. */
export type Derive = (page: PageData) => PageData;

/** Draws what was recorded. */
export const asRecorded: Derive = (page) => page;
