import type { Allocations } from './allocation-meter.ts';
import type { FuzzTarget } from './fuzz-targets.ts';
import { fuzzTargets } from './fuzz-targets.ts';
import { largestInput, mutate } from './mutate.ts';
import { RandomSource } from './random-source.ts';
import type { FuzzFailure } from './run-target.ts';
import { runTarget } from './run-target.ts';

/** What tells whether something new ran since it was asked last; `BlockCoverage` is one. */
export interface NoveltyMeter {
  take(of: 'batch' | 'input'): boolean;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Sound and unsound recordings to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** All of {@link fuzzTargets} by default. */
  readonly targets?: Readonly<Record<string, FuzzTarget>>;
  /** Without one inputs are kept at random: enough for a short run in the tests. */
  readonly novelty?: NoveltyMeter;
  readonly takeAllocations?: () => Allocations;
  /** Asked before each batch of inputs. */
  readonly isOver: (state: FuzzState) => boolean;
  /** Told of every input before it runs, so that one that never ends is known. */
  readonly onInput?: (target: string, bytes: Uint8Array) => void;
  /** Once for each reason. */
  readonly onFailure: (failure: FuzzFailure, bytes: Uint8Array) => Promise<void> | void;
}

export interface FuzzState {
  /** Inputs given to a target. */
  inputs: number;
  /** Inputs kept because they did something new. */
  kept: number;
  failures: number;
}

// Taking the coverage costs as much as two inputs; those of a batch with something new are run again one by one.
const batchLength = 64;
const mostKept = 5000;

/** Runs mutated inputs through all targets until it is told to stop. */
export async function fuzz(options: FuzzOptions): Promise<FuzzState> {
  const { seeds, novelty, onFailure, isOver, targets = fuzzTargets } = options;
  const random = new RandomSource(options.seed);
  const names = Object.keys(targets);
  const kept = seeds.filter(({ length }) => length > 0 && length <= largestInput);
  const reasons = new Set<string>();
  const state: FuzzState = { inputs: 0, kept: 0, failures: 0 };

  async function run(target: string, bytes: Uint8Array): Promise<void> {
    options.onInput?.(target, bytes);
    const failure = await runTarget(targets, target, bytes, options.takeAllocations);
    if (failure === null || reasons.has(failure.reason)) return;
    reasons.add(failure.reason);
    state.failures++;
    await onFailure(failure, bytes);
  }

  for (const bytes of kept) for (const target of names) await run(target, bytes);
  novelty?.take('input');
  while (!isOver(state)) {
    const batch = Array.from({ length: batchLength }, () => {
      // Half of the time what was found last: it leads on.
      const from = random.oneIn(2) ? Math.max(0, kept.length - 100) : 0;
      const parent = kept[from + random.below(kept.length - from)]!;
      return { target: random.pick(names), bytes: mutate(parent, random.pick(kept), random) };
    });
    for (const { target, bytes } of batch) await run(target, bytes);
    state.inputs += batch.length;
    if (novelty === undefined) keep(batch[0]!.bytes);
    if (novelty?.take('batch') !== true) continue;
    for (const { target, bytes } of batch) {
      await run(target, bytes);
      if (novelty.take('input')) keep(bytes);
    }
  }
  return state;

  function keep(bytes: Uint8Array): void {
    state.kept++;
    if (kept.length >= mostKept) kept[seeds.length + random.below(kept.length - seeds.length)] = bytes;
    else kept.push(bytes);
  }
}
