import type { Span } from './timeline.ts';

/** An annotation of the recording; times are seconds from the header's start. */
export interface ShownAnnotation {
  readonly onset: number;
  /** Null when the file gives none. */
  readonly duration: number | null;
  readonly text: string;
  readonly record: number;
}

/** Seconds that a sum of onset and duration may be off. */
const tolerance = 1e-6;

/** Annotations in order of onset, for looking up what a page shows. */
export class AnnotationIndex {
  readonly all: readonly ShownAnnotation[];
  /** Latest end among the annotations up to each place; lets a search stop early. */
  readonly #latestEnd: Float64Array;

  constructor(annotations: readonly ShownAnnotation[]) {
    this.all = [...annotations].sort((a, b) => a.onset - b.onset);
    this.#latestEnd = new Float64Array(this.all.length);
    let latest = Number.NEGATIVE_INFINITY;
    this.all.forEach((annotation, at) => {
      latest = Math.max(latest, annotation.onset + (annotation.duration ?? 0));
      this.#latestEnd[at] = latest;
    });
  }

  /** When the last of them ends; 0 without any. */
  get end(): number {
    return Math.max(0, this.#latestEnd.at(-1) ?? 0);
  }

  /**
   * Annotations that share time with a page, in order of onset. What ends where the page begins, or begins where
   * it ends, shares none; what has no duration is on the page whose first moment it is.
   */
  within({ start, end }: Span): ShownAnnotation[] {
    const from = start - tolerance;
    const found: ShownAnnotation[] = [];
    for (let at = this.#firstFrom(end - tolerance) - 1; at >= 0 && this.#latestEnd[at]! >= from; at--) {
      const annotation = this.all[at]!;
      const last = annotation.onset + (annotation.duration ?? 0);
      if (annotation.onset >= from || last > start + tolerance) found.push(annotation);
    }
    return found.reverse();
  }

  /** The annotation after (+1) or before (−1) a moment; null at the ends. */
  neighbour(time: number, direction: 1 | -1): ShownAnnotation | null {
    const epsilon = 1e-4;
    const at = direction === 1 ? this.#firstFrom(time + epsilon) : this.#firstFrom(time - epsilon) - 1;
    return this.all[at] ?? null;
  }

  #firstFrom(time: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle]!.onset < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Positions in `annotations` of those whose text holds every word of the filter. */
export function filterAnnotations(
  annotations: readonly ShownAnnotation[],
  filter: string,
): ShownAnnotation[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...annotations];
  return annotations.filter(({ text }) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

/** Whether an annotation is a sleep stage or movement time of an epoch. */
export function isStageText(text: string): boolean {
  return /^(sleep stage |movement time$)/i.test(text);
}
