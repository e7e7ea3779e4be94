/** A text of the recording and what becomes of it; the same where it leaves unchanged. */
export interface TextChange {
  readonly before: string;
  readonly after: string;
  readonly count: number;
}

const maxTexts = 10_000;

/** Counts different texts, in memory of a limited number of them. */
export class TextTally {
  isCut = false;
  readonly #counts = new Map<string, { after: string; count: number }>();

  add(before: string, after: string): void {
    const known = this.#counts.get(before);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < maxTexts) this.#counts.set(before, { after, count: 1 });
    else this.isCut = true;
  }

  /** All of them, in the order they came. */
  texts(): TextChange[] {
    return [...this.#counts].map(([before, { after, count }]) => ({ before, after, count }));
  }
}
