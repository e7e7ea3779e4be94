/** Texts of so many annotations are remembered; a recording of a week has a tenth of them. */
const mostRemembered = 1_048_576;

/**
 * Tells which annotations were there before, in memory that is bounded: of each a hash of 64 bits is kept, so that
 * two that differ are taken for one in one of 10^19 cases. After a million different ones the rest is not compared.
 */
export class RepeatFilter {
  #slots = new Uint32Array(2 * 1024);
  #count = 0;

  /** Whether the same `onsetNs`, `durationNs` and `text` were given before. */
  isRepeated(onsetNs: bigint, durationNs: bigint | null, text: string): boolean {
    if (this.#count >= mostRemembered) return false;
    const [first, second] = hashOf(`${onsetNs} ${durationNs} ${text}`);
    if (!this.#insert(this.#slots, first, second)) return true;
    if (++this.#count * 4 > this.#slots.length) this.#grow();
    return false;
  }

  #insert(slots: Uint32Array, first: number, second: number): boolean {
    const mask = slots.length / 2 - 1;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      if (slots[2 * slot] === 0 && slots[2 * slot + 1] === 0) {
        slots[2 * slot] = first;
        slots[2 * slot + 1] = second;
        return true;
      }
      if (slots[2 * slot] === first && slots[2 * slot + 1] === second) return false;
    }
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#slots.length);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const [first, second] = [this.#slots[at]!, this.#slots[at + 1]!];
      if (first !== 0 || second !== 0) this.#insert(larger, first, second);
    }
    this.#slots = larger;
  }
}

/** Two FNV-1a hashes of 32 bits with different beginnings; never both 0, which marks an empty place. */
function hashOf(text: string): [first: number, second: number] {
  let first = 0x811c9dc5;
  let second = 0x01000193;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ (code * 31), 0x85ebca6b);
  }
  return [first >>> 0, (second ^ (second >>> 15)) >>> 0 || 1];
}
