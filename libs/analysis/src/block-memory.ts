/**
 * Memory for one block after another: what is made in it holds until the next block is. Fresh arrays for every block
 * keep the garbage collector busier than the analysis is.
 */
export class BlockMemory {
  readonly #arrays = new Map<string, Int32Array>();

  /** An array of this length under a name, filled with `value`. */
  filled(name: string, length: number, value: number): Int32Array {
    let array = this.#arrays.get(name);
    if (!array || array.length < length) {
      array = new Int32Array(length);
      this.#arrays.set(name, array);
    }
    return array.subarray(0, length).fill(value);
  }
}
