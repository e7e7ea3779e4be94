import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

interface SeenFile {
  /** Ways in which functions have run, to be recognised quickly. */
  readonly known: Set<string>;
  /** For each function, by where it begins, the bits of each of its characters. */
  readonly blocks: Map<number, Uint8Array>;
}

/** Which characters of the library's sources have run so far, and how often, from V8's own block counters. */
export class BlockCoverage {
  readonly #session = new Session();
  readonly #seen = { batch: new Map<string, SeenFile>(), input: new Map<string, SeenFile>() };
  readonly #isWanted: (url: string) => boolean;

  /** @param isWanted whether a module counts, by its address; begins counting at once */
  constructor(isWanted: (url: string) => boolean) {
    this.#isWanted = isWanted;
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /**
   * Whether a block ran, since this was asked last, that had never run before or never so often.
   *
   * @param of what ran since then: counts of many inputs are compared with those of many
   */
  take(of: 'batch' | 'input'): boolean {
    let isNew = false;
    const { result } = this.#post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    for (const { url, functions } of result) {
      if (!this.#isWanted(url)) continue;
      let seen = this.#seen[of].get(url);
      if (seen === undefined) this.#seen[of].set(url, (seen = { known: new Set(), blocks: new Map() }));
      for (const one of functions) if (addFunction(seen, one)) isNew = true;
    }
    return isNew;
  }

  stop(): void {
    this.#session.disconnect();
  }

  /** The inspector of one's own thread answers before `post` returns. */
  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error: Error | null, result?: object) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }
}

/** @returns whether a character of the function lies in a block that runs for the first time, or so often */
function addFunction(seen: SeenFile, { ranges }: Profiler.FunctionCoverage): boolean {
  const outer = ranges[0]!;
  if (outer.count === 0) return false;
  // Most functions run as they have run before: nothing is compared for them.
  const run = ranges.map(({ startOffset, count }) => `${startOffset}:${bitsOf(count)}`).join();
  if (seen.known.has(run)) return false;
  seen.known.add(run);
  const start = outer.startOffset;
  const length = outer.endOffset - start;
  const now = new Uint8Array(length);
  // V8 gives the outer blocks first.
  for (const { startOffset, endOffset, count } of ranges)
    now.fill(bitsOf(count), startOffset - start, endOffset - start);
  let before = seen.blocks.get(start);
  if (before === undefined) seen.blocks.set(start, (before = new Uint8Array(length)));
  let isNew = false;
  for (let at = 0; at < length; at++) {
    if ((now[at]! & ~before[at]!) === 0) continue;
    before[at]! |= now[at]!;
    isNew = true;
  }
  return isNew;
}

/** One bit for having run, others for having run often. */
function bitsOf(count: number): number {
  return (count > 0 ? 1 : 0) | (count >= 8 ? 2 : 0) | (count >= 64 ? 4 : 0);
}
