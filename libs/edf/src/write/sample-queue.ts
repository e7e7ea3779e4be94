/**
 * Samples of one signal that wait for their data record: values go in in pieces of any length and come out in
 * pieces of one length. Memory is what waits, no more than twice.
 */
export class SampleQueue {
  #values = new Int32Array(256);
  #start = 0;
  #end = 0;
  #last = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Room for `count` more values, to be filled by the caller: a view, valid until the next call. */
  extend(count: number): Int32Array {
    if (this.#end + count > this.#values.length) {
      const waiting = this.#values.subarray(this.#start, this.#end);
      const isRoomy = waiting.length + count <= this.#values.length / 2;
      const next = isRoomy ? this.#values : new Int32Array(2 * (waiting.length + count));
      next.set(waiting);
      this.#values = next;
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#end += count;
    return this.#values.subarray(this.#end - count, this.#end);
  }

  /** Takes back the last `count` values of {@link extend}. */
  shorten(count: number): void {
    this.#end -= count;
  }

  /** The first `count` values, which leave the queue: a view, valid until the next {@link extend}. */
  take(count: number): Int32Array {
    this.#start += count;
    if (count > 0) this.#last = this.#values[this.#start - 1]!;
    return this.#values.subarray(this.#start - count, this.#start);
  }

  /** The value that came in last, waiting or taken; 0 before the first. */
  last(): number {
    return this.length > 0 ? this.#values[this.#end - 1]! : this.#last;
  }
}
