import type { Annotation } from '@edf-pipeline/edf';

/** Sleep stage of an epoch: AASM names; `?` not scored, `M` movement time. */
export type SleepStage = 'W' | 'N1' | 'N2' | 'N3' | 'R' | '?' | 'M';

/** Sleep stages as annotations give them, in order of onset; equal neighbours are not joined. */
export interface Hypnogram {
  /** The most frequent duration of a stage, the shortest of several; 0 when no stage has a duration. */
  readonly epochSeconds: number;
  readonly stages: readonly {
    /** Nanoseconds from the header's start date and time, as decimal text: a JSON number would round them. */
    readonly onsetNs: string;
    /** As the annotation says; '0' when it does not. */
    readonly durationNs: string;
    readonly stage: SleepStage;
    /** The annotation's own text. */
    readonly text: string;
  }[];
}

// Rechtschaffen and Kales stages 3 and 4 are one stage N3 in the AASM rules; 'N' is sleep of a stage not told.
const stageOfText: ReadonlyMap<string, SleepStage> = new Map([
  ['sleep stage w', 'W'],
  ['sleep stage 1', 'N1'],
  ['sleep stage n1', 'N1'],
  ['sleep stage 2', 'N2'],
  ['sleep stage n2', 'N2'],
  ['sleep stage 3', 'N3'],
  ['sleep stage 4', 'N3'],
  ['sleep stage n3', 'N3'],
  ['sleep stage r', 'R'],
  ['sleep stage n', '?'],
  ['sleep stage ?', '?'],
  ['movement time', 'M'],
]);

/** The hypnogram in the standard texts of EDF+ (`Sleep stage N2`), or null when there is none. */
export function hypnogramOf(annotations: readonly Annotation[]): Hypnogram | null {
  const scored = annotations
    .map((annotation) => ({ annotation, stage: stageOfText.get(annotation.text.trim().toLowerCase()) }))
    .filter((entry): entry is { annotation: Annotation; stage: SleepStage } => entry.stage !== undefined);
  if (scored.length === 0) return null;
  scored.sort((a, b) => compare(a.annotation.onsetNs, b.annotation.onsetNs));
  return {
    epochSeconds: Number(mostFrequentDuration(scored.map(({ annotation }) => annotation.durationNs))) / 1e9,
    stages: scored.map(({ annotation, stage }) => ({
      onsetNs: annotation.onsetNs.toString(),
      durationNs: (annotation.durationNs ?? 0n).toString(),
      stage,
      text: annotation.text,
    })),
  };
}

function mostFrequentDuration(durations: readonly (bigint | null)[]): bigint {
  const counts = new Map<bigint, number>();
  for (const duration of durations) {
    if (duration !== null && duration > 0n) counts.set(duration, (counts.get(duration) ?? 0) + 1);
  }
  let best = 0n;
  for (const [duration, count] of counts) {
    const bestCount = counts.get(best) ?? 0;
    if (count > bestCount || (count === bestCount && duration < best)) best = duration;
  }
  return best;
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
