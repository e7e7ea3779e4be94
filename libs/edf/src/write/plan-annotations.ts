import { EdfError } from '../errors.ts';

/** An encoded annotation and the data record it would best lie in. */
export interface PlacedTal {
  readonly bytes: Uint8Array;
  readonly record: number;
}

/** How much of each data record the annotations signals get, and what goes where. */
export interface AnnotationLayout {
  /** Bytes of one annotations signal in one data record, whole samples. */
  readonly blockByteLength: number;
  readonly signalCount: number;
  /** For each data record that has annotations, the TALs of each annotations signal. */
  readonly blocks: ReadonlyMap<number, readonly (readonly Uint8Array[])[]>;
}

/** What a layout has to hold. */
export interface AnnotationDemand {
  /** In order of `record`. */
  readonly tals: readonly PlacedTal[];
  readonly recordCount: number;
  /** Bytes that the longest time-keeping TAL needs, {@link timeKeepingByteLength}. */
  readonly timeKeepingByteLength: number;
  readonly bytesPerSample: 2 | 3;
  /** Annotations signals; 1 by default. Only the first keeps time. */
  readonly signalCount?: number;
  /** Bytes that a block has at least. */
  readonly minByteLength?: number;
}

/** A block that annotations fill to its last byte looks as if more had been lost (finding EDF063). */
export const spareByteLength = 1;
/** Samples per data record have eight digits. */
const maxSamples = 99_999_999;

/**
 * Finds the smallest block, within a fifth, that loses no annotation. An annotation lies in the data record of its
 * onset, or in the next one with room, since one crowded second must not make all the others as large: readers take
 * onsets from the TAL, never from its place.
 *
 * @throws EdfError `annotations-too-long` when there is no data record to hold them
 */
export function planAnnotations(demand: AnnotationDemand): AnnotationLayout {
  const { tals, recordCount, timeKeepingByteLength: timeKeeping, bytesPerSample } = demand;
  const signalCount = demand.signalCount ?? 1;
  let longest = 0;
  let total = 0;
  for (const { bytes } of tals) {
    longest = Math.max(longest, bytes.length);
    total += bytes.length;
  }
  if (tals.length > 0 && recordCount === 0) {
    const message = `${tals.length} annotations need a data record to lie in, and there is none.`;
    throw new EdfError('annotations-too-long', message);
  }
  const share = recordCount === 0 ? 0 : Math.ceil(total / recordCount / signalCount);
  const spare = tals.length > 0 ? spareByteLength : 0;
  let wanted = Math.max(demand.minByteLength ?? 0, timeKeeping + Math.max(longest, share) + spare);
  for (;;) {
    const blockByteLength = Math.ceil(wanted / bytesPerSample) * bytesPerSample;
    if (blockByteLength / bytesPerSample > maxSamples) {
      const message = `The annotations need ${blockByteLength} bytes in a data record, more than a header can say.`;
      throw new EdfError('annotations-too-long', message);
    }
    const blocks = place(tals, recordCount, signalCount, blockByteLength, timeKeeping);
    if (blocks !== null) return { blockByteLength, signalCount, blocks };
    wanted = Math.ceil(blockByteLength * 1.2);
  }
}

type Blocks = Map<number, Uint8Array[][]>;

function place(
  tals: readonly PlacedTal[],
  recordCount: number,
  signalCount: number,
  blockByteLength: number,
  timeKeeping: number,
): Blocks | null {
  const blocks: Blocks = new Map();
  const used = new Map<number, number[]>();
  const fits = (record: number, bytes: Uint8Array): boolean => {
    const lengths =
      used.get(record) ?? Array.from({ length: signalCount }, (_, i) => (i === 0 ? timeKeeping : 0));
    const at = lengths.findIndex((length) => length + bytes.length + spareByteLength <= blockByteLength);
    if (at < 0) return false;
    lengths[at]! += bytes.length;
    used.set(record, lengths);
    let held = blocks.get(record);
    if (held === undefined) blocks.set(record, (held = Array.from({ length: signalCount }, () => [])));
    held[at]!.push(bytes);
    return true;
  };
  let forward = 0;
  let backward = recordCount - 1;
  for (const { bytes, record } of tals) {
    forward = Math.max(forward, Math.min(record, recordCount));
    while (forward < recordCount && !fits(forward, bytes)) forward++;
    if (forward < recordCount) continue;
    // Behind the last data record there is no room: the nearest one before that has some.
    while (backward >= 0 && !fits(backward, bytes)) backward--;
    if (backward < 0) return null;
  }
  return blocks;
}

/**
 * Writes the annotations blocks of a data record, the time-keeping TAL first; the rest is zero.
 *
 * @param out the data record, zero from `offset` on; changed in place
 */
export function writeBlocks(
  out: Uint8Array,
  offset: number,
  layout: AnnotationLayout,
  record: number,
  timeKeepingTal: Uint8Array,
): void {
  const blocks = layout.blocks.get(record);
  for (let index = 0; index < layout.signalCount; index++) {
    let at = offset + index * layout.blockByteLength;
    const tals = blocks?.[index] ?? [];
    for (const bytes of index === 0 ? [timeKeepingTal, ...tals] : tals) {
      out.set(bytes, at);
      at += bytes.length;
    }
  }
}
