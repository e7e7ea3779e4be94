import type { Job } from '@edf-pipeline/contracts';
import type { UploadProgress, UploadState } from '@edf-pipeline/uploader';
import { jobStateOf } from './describe.ts';
import { formatBytes, formatSeconds, tableLines } from './format.ts';
import type { Output } from './output.ts';

const MEAN_OVER_MS = 10_000;
const REDRAW_MS = 200;
/** Rows of files below the sum; more are counted. */
const MOST_ROWS = 8;
const NAME_LENGTH = 40;

/** What goes on with the files of one `edf put`, on a terminal: the sum in the first line, below it the stage of each. */
export interface PutProgress {
  sent(file: string, progress: UploadProgress): void;
  stage(file: string, state: UploadState): void;
  job(file: string, job: Job): void;
  /** A file has ended, whichever way: its row goes, its result is told elsewhere. */
  ended(file: string, byteLength: number): void;
}

/** @param now milliseconds, for the speed of the last 10 s */
export function createPutProgress(
  output: Output,
  files: { count: number; totalBytes: number },
  now: () => number,
): PutProgress {
  /** In the order in which files were begun. */
  const stages = new Map<string, string>();
  const sent = new Map<string, number>();
  const hashed = new Map<string, number>();
  let ended = 0;
  let drawnAt = 0;
  let samples: { at: number; bytes: number }[] = [];

  function sumLine(at: number): string {
    const bytes = sum(sent);
    samples = [...samples.filter((sample) => at - sample.at < MEAN_OVER_MS), { at, bytes }];
    const first = samples[0]!;
    const perSecond = at > first.at ? ((bytes - first.bytes) * 1_000) / (at - first.at) : 0;
    const parts = [
      `${ended} of ${files.count} files`,
      `${percent(bytes, files.totalBytes)} of ${formatBytes(files.totalBytes)}`,
    ];
    if (bytes === 0 && hashed.size > 0) parts.push(`reading ${formatBytes(sum(hashed))}`);
    if (perSecond > 0)
      parts.push(
        `${formatBytes(perSecond)}/s`,
        `${formatSeconds((files.totalBytes - bytes) / perSecond)} left`,
      );
    return parts.join('  ');
  }

  function draw(): void {
    if (!output.isInteractive) return;
    drawnAt = now();
    const rows = [...stages].slice(0, MOST_ROWS).map(([file, stage]) => [`  ${shortName(file)}`, stage]);
    const more = stages.size - rows.length;
    output.progress([
      sumLine(drawnAt),
      ...tableLines(rows),
      ...(more > 0 ? [`  and ${more} more under way`] : []),
    ]);
  }

  function show(file: string, stage: string): void {
    if (stages.get(file) === stage) return;
    stages.set(file, stage);
    draw();
  }

  return {
    sent(file, progress) {
      const { phase, doneBytes, totalBytes } = progress;
      (phase === 'hashing' ? hashed : sent).set(file, doneBytes);
      stages.set(file, `${phase} ${percent(doneBytes, totalBytes)}`);
      if (now() - drawnAt >= REDRAW_MS) draw();
    },
    stage(file, state) {
      const words = stageWords[state.kind];
      if (words) show(file, words);
    },
    job: (file, job) => show(file, jobStateOf(job)),
    ended(file, byteLength) {
      ended += 1;
      stages.delete(file);
      sent.set(file, byteLength);
      if (ended === files.count) output.progress(null);
      else draw();
    },
  };
}

/** Of an upload that has ended, its result or its job speaks. */
const stageWords: Partial<Record<UploadState['kind'], string>> = {
  hashing: 'hashing',
  creating: 'announcing',
  uploading: 'uploading',
  waiting: 'waiting; what has arrived is safe',
  verifying: 'verifying',
};

const percent = (bytes: number, total: number) => `${Math.floor((100 * bytes) / Math.max(1, total))} %`;

/** Of a long path the end, which tells files of one folder apart. */
const shortName = (file: string) => (file.length <= NAME_LENGTH ? file : `…${file.slice(1 - NAME_LENGTH)}`);

function sum(bytes: Map<string, number>): number {
  let total = 0;
  for (const value of bytes.values()) total += value;
  return total;
}
