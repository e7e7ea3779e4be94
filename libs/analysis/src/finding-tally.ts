import type { Finding } from '@edf-pipeline/edf';

/** Findings of one id that are kept word for word. */
const keptPerId = 20;

/** The first findings of each id, and how many there were of each. Can be cloned. */
export interface FindingTally {
  readonly kept: readonly Finding[];
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Keeps the first findings of each id and counts the rest, so that a fault in every data record takes no more
 * memory than one; tallies of consecutive blocks join to the tally of both.
 */
export class FindingTallier {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<string, number>();

  add(findings: readonly Finding[]): void {
    for (const finding of findings) this.#count(finding.id, 1, finding);
  }

  /** Joins the tally of what comes after everything added so far. */
  join(tally: FindingTally): void {
    const left = new Map(Object.entries(tally.counts));
    for (const finding of tally.kept) {
      this.#count(finding.id, 1, finding);
      left.set(finding.id, left.get(finding.id)! - 1);
    }
    for (const [id, count] of left) if (count > 0) this.#count(id, count, null);
  }

  tally(): FindingTally {
    return { kept: this.#kept, counts: Object.fromEntries(this.#counts) };
  }

  /** The kept findings; the last kept of an id that was given more often says how many more there were. */
  finish(): Finding[] {
    const seen = new Map<string, number>();
    return this.#kept.map((finding) => {
      const nth = (seen.get(finding.id) ?? 0) + 1;
      seen.set(finding.id, nth);
      const more = this.#counts.get(finding.id)! - keptPerId;
      if (nth < keptPerId || more <= 0) return finding;
      return { ...finding, message: `${finding.message} (${more} more findings like this one.)` };
    });
  }

  #count(id: string, count: number, finding: Finding | null): void {
    const before = this.#counts.get(id) ?? 0;
    this.#counts.set(id, before + count);
    if (finding && before < keptPerId) this.#kept.push(finding);
  }
}
