import type { PartRange } from '@edf-pipeline/contracts/part-size';
import type { UploadProgress } from './upload-state.ts';

/** Adds up the bytes of the parts of one upload. */
export interface ProgressMeter {
  hashed(range: PartRange): void;
  /** So many bytes of a part that is under way have left; 0 when it begins again. */
  sent(range: PartRange, byteLength: number): void;
  arrived(range: PartRange): void;
}

export function createProgressMeter(
  ranges: readonly PartRange[],
  onProgress: ((progress: UploadProgress) => void) | undefined,
): ProgressMeter {
  const totalBytes = ranges.at(-1)?.end ?? 0;
  const underWay = new Map<number, number>();
  let hashedBytes = 0;
  let hashedParts = 0;
  let safeBytes = 0;
  let partsDone = 0;
  const reportUpload = () => {
    let doneBytes = safeBytes;
    for (const bytes of underWay.values()) doneBytes += bytes;
    onProgress?.({
      phase: 'uploading',
      totalBytes,
      doneBytes,
      safeBytes,
      partsDone,
      partCount: ranges.length,
    });
  };
  return {
    hashed(range) {
      hashedBytes += range.end - range.start;
      hashedParts += 1;
      const partCount = ranges.length;
      onProgress?.({
        phase: 'hashing',
        totalBytes,
        doneBytes: hashedBytes,
        safeBytes: 0,
        partsDone: hashedParts,
        partCount,
      });
    },
    sent(range, byteLength) {
      underWay.set(range.partNumber, Math.min(byteLength, range.end - range.start));
      reportUpload();
    },
    arrived(range) {
      underWay.delete(range.partNumber);
      safeBytes += range.end - range.start;
      partsDone += 1;
      reportUpload();
    },
  };
}
