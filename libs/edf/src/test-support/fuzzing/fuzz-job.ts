import type { FuzzState } from './fuzz-loop.ts';
import { fuzzTargets } from './fuzz-targets.ts';
import { largestInput } from './mutate.ts';
import type { FuzzFailure } from './run-target.ts';

/** What a thread is told. */
export interface FuzzJob {
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  /** The input that runs, for the thread that watches: {@link startInput}. */
  readonly shared: SharedArrayBuffer;
}

/** What a thread says. */
export type FuzzReport =
  | { readonly kind: 'progress'; readonly state: FuzzState }
  | { readonly kind: 'failure' | 'minimised'; readonly failure: FuzzFailure; readonly bytes: Uint8Array };

const headLength = 4;
export const sharedByteLength = 4 * headLength + largestInput;
const names = Object.keys(fuzzTargets);

/** Notes the input that begins to run. */
export function startInput(shared: SharedArrayBuffer, target: string, bytes: Uint8Array): void {
  const head = new Int32Array(shared, 0, headLength);
  const kept = Math.min(bytes.length, largestInput);
  new Uint8Array(shared, 4 * headLength).set(bytes.subarray(0, kept));
  head[1] = names.indexOf(target);
  head[2] = kept;
  Atomics.add(head, 0, 1);
}

/** The input that runs, and its number. */
export function runningInput(shared: SharedArrayBuffer): {
  number: number;
  target: string;
  bytes: Uint8Array;
} {
  const head = new Int32Array(shared, 0, headLength);
  const bytes = new Uint8Array(shared, 4 * headLength, head[2]).slice();
  return { number: Atomics.load(head, 0), target: names[head[1]!] ?? '', bytes };
}
