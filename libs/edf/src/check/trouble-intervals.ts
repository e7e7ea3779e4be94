/** So many are told one by one. */
const mostTold = 5;

/** When something was wrong, as intervals of samples; keeps the first few and counts the rest. */
export class TroubleIntervals {
  count = 0;
  sampleCount = 0;
  /** First sample of the first one. */
  first = -1;
  readonly #told: { readonly start: number; readonly end: number }[] = [];
  #start: number | null = null;

  /** Says how it is from a sample on. */
  set(isTrouble: boolean, sample: number): void {
    if (isTrouble === (this.#start !== null)) return;
    if (isTrouble) {
      if (this.count++ === 0) this.first = sample;
      this.#start = sample;
      return;
    }
    const start = this.#start!;
    this.#start = null;
    this.sampleCount += sample - start;
    if (this.#told.length < mostTold) this.#told.push({ start, end: sample });
  }

  /** `12 to 12.5 s, 80 to 81 s and 3 more`, of recorded time: gaps are not counted. */
  inSeconds(rateHz: number): string {
    const seconds = (sample: number): number => Number((sample / rateHz).toFixed(6));
    const told = this.#told.map(({ start, end }) => `${seconds(start)} to ${seconds(end)} s`);
    const more = this.count - told.length;
    return more === 0 ? told.join(', ') : `${told.join(', ')} and ${more} more`;
  }
}
