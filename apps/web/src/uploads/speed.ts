const windowMs = 10_000;
/** What was measured for less than this is noise: the first bytes go into buffers. */
const leastMs = 2000;

/** Mean speed of the last ten seconds. */
export class SpeedMeter {
  #points: { at: number; bytes: number }[] = [];

  /** Told whenever bytes have moved. A count that falls (a part is repeated) starts the measurement again. */
  add(bytes: number, at: number): void {
    const last = this.#points.at(-1);
    if (last && bytes < last.bytes) this.#points = [];
    this.#points.push({ at, bytes });
    while (this.#points.length > 2 && this.#points[1]!.at < at - windowMs) this.#points.shift();
  }

  reset(): void {
    this.#points = [];
  }

  /** Bytes a second, or null before two seconds have passed. */
  get bytesPerSecond(): number | null {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (!first || !last || last.at - first.at < leastMs) return null;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}
