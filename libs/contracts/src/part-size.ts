const MiB = 1024 * 1024;

/** Uploads up to this many bytes are one PUT; longer ones come in parts. */
export const SINGLE_PUT_MAX_BYTES = 64 * MiB;

/**
 * Bytes of each part but the last. Frozen: the content id of a recording is built over these parts,
 * so another function here would give the same file another identity.
 *
 * @param byteLength size of the whole file in bytes, ≥ 1
 * Source: S3 allows 10,000 parts of 5 MiB to 5 GiB; 9,000 leaves room.
 */
export function partByteLengthFor(byteLength: number): number {
  if (byteLength <= SINGLE_PUT_MAX_BYTES) return byteLength;
  return Math.max(16 * MiB, Math.ceil(byteLength / 9_000 / MiB) * MiB);
}

export interface PartRange {
  /** From 1. */
  readonly partNumber: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The parts a file of this size is uploaded in; one for a single PUT. */
export function partRangesFor(byteLength: number): PartRange[] {
  const partByteLength = partByteLengthFor(byteLength);
  const ranges: PartRange[] = [];
  for (let start = 0; start < byteLength; start += partByteLength) {
    ranges.push({ partNumber: ranges.length + 1, start, end: Math.min(start + partByteLength, byteLength) });
  }
  return ranges;
}
