import { EdfError } from '../errors.ts';
import type { WriteAnnotation } from './encode-tal.ts';
import { checkAnnotationText, encodeTal, timeKeepingByteLength } from './encode-tal.ts';
import type { AnnotationLayout } from './plan-annotations.ts';
import { planAnnotations, spareByteLength } from './plan-annotations.ts';

/** What is known when the header is written. */
export interface RoomDemand {
  readonly annotations: readonly WriteAnnotation[];
  /** null where it shows at the end only. */
  readonly recordCount: number | null;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly bytesPerSample: 2 | 3;
  /** 0 for files without annotations. */
  readonly signalCount: number;
  readonly byteLength: number | null;
  readonly mayHaveGaps: boolean;
}

const defaultByteLength = 120;
/** Gaps may lead to onsets of up to ten digits and nine decimals. */
const longTimeKeepingByteLength = 24;

/** The space for annotations in the data records of a recording that is being written, and what waits for it. */
export class AnnotationRoom {
  readonly signalCount: number;
  readonly blockByteLength: number;
  /** Annotations given so far. */
  count = 0;
  readonly #blocks: AnnotationLayout['blocks'] = new Map();
  #lastPlanned = -1;
  readonly #timeKeeping: number;
  readonly #waiting: Uint8Array[] = [];
  #firstWaiting = 0;

  /** @throws EdfError `annotations-too-long`, `write-value-invalid` */
  constructor(demand: RoomDemand) {
    const { annotations, recordCount, startNs, durationNs, bytesPerSample, signalCount } = demand;
    this.signalCount = signalCount;
    const isOpen = demand.mayHaveGaps || recordCount === null;
    const needed = timeKeepingByteLength(startNs, durationNs, recordCount ?? 1);
    this.#timeKeeping = isOpen ? Math.max(needed, longTimeKeepingByteLength) : needed;
    if (signalCount === 0) {
      this.blockByteLength = 0;
      return;
    }
    const isPlanned = recordCount !== null && !demand.mayHaveGaps;
    let lastRecord = 0;
    const tals = annotations.map((annotation) => {
      checkAnnotationText(annotation.text);
      const offsetNs = annotation.onsetNs - startNs;
      const record = durationNs === 0n || offsetNs < 0n ? 0 : Number(offsetNs / durationNs);
      lastRecord = Math.max(lastRecord, record);
      // Where it is not known which data record a time is in, annotations lie as early as there is room.
      return { bytes: encodeTal(annotation), record: isPlanned ? record : 0 };
    });
    this.count = tals.length;
    const layout = planAnnotations({
      tals: tals.sort((a, b) => a.record - b.record),
      // A recording of unknown length is taken to last until its last annotation.
      recordCount: recordCount ?? lastRecord + 1,
      timeKeepingByteLength: this.#timeKeeping,
      bytesPerSample,
      signalCount,
      minByteLength: demand.byteLength ?? (isPlanned && tals.length > 0 ? 0 : defaultByteLength),
    });
    this.blockByteLength = layout.blockByteLength;
    this.#blocks = layout.blocks;
    for (const record of layout.blocks.keys()) this.#lastPlanned = Math.max(this.#lastPlanned, record);
  }

  /** @throws EdfError `write-value-invalid`, `annotations-too-long` when no data record could ever hold it */
  add(annotation: WriteAnnotation): void {
    checkAnnotationText(annotation.text);
    const bytes = encodeTal(annotation);
    const largest = this.blockByteLength - spareByteLength - (this.signalCount > 1 ? 0 : this.#timeKeeping);
    if (bytes.length > largest) {
      const message = `An annotation needs ${bytes.length} bytes; data records have room for ${largest} (annotationsByteLength).`;
      throw new EdfError('annotations-too-long', message);
    }
    this.#waiting.push(bytes);
    this.count++;
  }

  /** @throws EdfError `annotations-too-long` when the time-keeping TAL of this onset has no room */
  checkOnset(onsetNs: bigint, durationNs: bigint): void {
    if (timeKeepingByteLength(onsetNs, durationNs, 1) <= this.#timeKeeping) return;
    const message = 'The onset of a run has more digits than were planned for (annotationsByteLength).';
    throw new EdfError('annotations-too-long', message, { field: 'onset' });
  }

  /** Writes the blocks of one data record: planned annotations first, then those that wait, as room allows. */
  fill(blocks: Uint8Array, record: number, timeKeepingTal: Uint8Array): void {
    const planned = this.#blocks.get(record);
    for (let index = 0; index < this.signalCount; index++) {
      let at = index * this.blockByteLength;
      const end = at + this.blockByteLength;
      const put = (bytes: Uint8Array): void => {
        blocks.set(bytes, at);
        at += bytes.length;
      };
      if (index === 0) put(timeKeepingTal);
      for (const bytes of planned?.[index] ?? []) put(bytes);
      while (this.#firstWaiting < this.#waiting.length) {
        const next = this.#waiting[this.#firstWaiting]!;
        if (at + next.length + spareByteLength > end) break;
        put(next);
        this.#firstWaiting++;
      }
    }
    if (this.#firstWaiting <= 1024) return;
    this.#waiting.splice(0, this.#firstWaiting);
    this.#firstWaiting = 0;
  }

  /** Whether annotations need more than this many data records. */
  isWaiting(recordCount: number): boolean {
    return this.#firstWaiting < this.#waiting.length || this.#lastPlanned >= recordCount;
  }

  /** @throws EdfError `annotations-too-long` when the recording ended before all annotations had a place */
  refuseLeftOver(recordCount: number): void {
    const left = this.#waiting.slice(this.#firstWaiting);
    for (const [record, blocks] of this.#blocks) if (record >= recordCount) left.push(...blocks.flat());
    if (left.length === 0) return;
    const byteLength = left.reduce((sum, bytes) => sum + bytes.length, 0);
    const share = Math.ceil(byteLength / Math.max(1, recordCount * this.signalCount));
    const message = `${left.length} annotations found no room; ${share} bytes more in each data record would do (annotationsByteLength).`;
    throw new EdfError('annotations-too-long', message, { record: recordCount });
  }
}
