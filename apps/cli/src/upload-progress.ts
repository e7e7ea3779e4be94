import type { UploadProgress } from '@edf-pipeline/uploader';
import { formatBytes, formatSeconds } from './format.ts';
import type { Output } from './output.ts';

const MEAN_OVER_MS = 10_000;
const REDRAW_MS = 200;

/** One line for all files together: files, bytes, speed of the last 10 s, time left. */
export interface UploadProgressLine {
  update(file: string, progress: UploadProgress): void;
  /** A file has ended, whichever way. */
  ended(file: string, byteLength: number): void;
}

export function createUploadProgressLine(
  output: Output,
  files: { count: number; totalBytes: number },
  now: () => number,
): UploadProgressLine {
  const sent = new Map<string, number>();
  const hashed = new Map<string, number>();
  let ended = 0;
  let drawnAt = 0;
  let samples: { at: number; bytes: number }[] = [];

  function draw(): void {
    const at = now();
    const bytes = sum(sent);
    if (!output.isInteractive || at - drawnAt < REDRAW_MS) return;
    drawnAt = at;
    samples = [...samples.filter((sample) => at - sample.at < MEAN_OVER_MS), { at, bytes }];
    const first = samples[0]!;
    const perSecond = at > first.at ? ((bytes - first.bytes) * 1_000) / (at - first.at) : 0;
    const percent = Math.floor((100 * bytes) / Math.max(1, files.totalBytes));
    const parts = [`${ended} of ${files.count} files`, `${percent} % of ${formatBytes(files.totalBytes)}`];
    if (bytes === 0 && hashed.size > 0) parts.push(`reading ${formatBytes(sum(hashed))}`);
    if (perSecond > 0) {
      parts.push(
        `${formatBytes(perSecond)}/s`,
        `${formatSeconds((files.totalBytes - bytes) / perSecond)} left`,
      );
    }
    output.progress(parts.join('  '));
  }

  return {
    update(file, progress) {
      (progress.phase === 'hashing' ? hashed : sent).set(file, progress.doneBytes);
      draw();
    },
    ended(file, byteLength) {
      ended += 1;
      sent.set(file, byteLength);
      drawnAt = 0;
      draw();
      if (ended === files.count) output.progress(null);
    },
  };
}

function sum(bytes: Map<string, number>): number {
  let total = 0;
  for (const value of bytes.values()) total += value;
  return total;
}
