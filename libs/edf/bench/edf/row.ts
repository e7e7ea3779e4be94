import type { Peers } from './peers.ts';
import type { GeneratedRecording } from './recordings.ts';

/** One line of the table. */
export interface Figure {
  readonly job: string;
  readonly against: string;
  readonly measured: string;
  readonly goal: string;
  /** Null where there is nothing to compare with, or no goal. */
  readonly isReached: boolean | null;
}

export interface BenchContext {
  readonly peers: Peers;
  /** Pairs that count. */
  readonly rounds: number;
  /** A temporary folder. */
  readonly folder: string;
  readonly polysomnography: GeneratedRecording;
  readonly eeg: GeneratedRecording;
}

/** A job of the bench; it measures, and gives its lines of the table. */
export type Row = (context: BenchContext) => Promise<Figure[]>;

/** A ratio with its goal; `ratio` is NaN when the peer is absent. */
export function ratioFigure(job: string, against: string, ratio: number, goal: number): Figure {
  const isThere = Number.isFinite(ratio);
  return {
    job,
    against,
    measured: isThere ? `${ratio.toPrecision(3)} ×` : 'not measured',
    goal: `≥ ${goal} ×`,
    isReached: isThere ? ratio >= goal : null,
  };
}

/** A quantity that must not be exceeded. */
export function limitFigure(job: string, against: string, value: number, unit: string, goal: number): Figure {
  const isThere = Number.isFinite(value);
  return {
    job,
    against,
    measured: isThere ? `${value.toPrecision(3)} ${unit}` : 'not measured',
    goal: `≤ ${goal} ${unit}`,
    isReached: isThere ? value <= goal : null,
  };
}
