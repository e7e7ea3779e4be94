import type { Allocations } from './allocation-meter.ts';
import type { FuzzTarget } from './fuzz-targets.ts';
import { largestInput } from './mutate.ts';

/** What an input did that none may do. */
export interface FuzzFailure {
  readonly target: string;
  /** What went wrong, the same for inputs that fail alike. */
  readonly reason: string;
  readonly stack: string;
}

/** Milliseconds of this thread's CPU time for an input of 64 KB, and for every smaller one: the machine does other things too. */
const mostMilliseconds = 250;
// Code that has just been loaded is slow once; what is slow must be slow again and again.
const timingAttempts = 4;
// A block of a megabyte, of which a few at a time, and for each byte of the file objects that say what it means.
const largestArray = 4 * 1_048_576;
const allArrays = 64 * 1_048_576;
const allArraysPerByte = 1024;

/**
 * Gives `bytes` to one target; null when all is as it must be.
 *
 * @param takeAllocations of `meterAllocations`; without it memory is not looked at
 */
export async function runTarget(
  targets: Readonly<Record<string, FuzzTarget>>,
  target: string,
  bytes: Uint8Array,
  takeAllocations?: () => Allocations,
): Promise<FuzzFailure | null> {
  const run = targets[target]!;
  const before = bytes.slice();
  const limit = mostMilliseconds * Math.max(1, bytes.length / largestInput);
  let fastest = Infinity;
  takeAllocations?.();
  for (let attempt = 0; attempt < timingAttempts && fastest > limit; attempt++) {
    const startedAt = process.threadCpuUsage();
    try {
      await run(bytes);
    } catch (error) {
      return failureOf(target, error);
    }
    const { user, system } = process.threadCpuUsage(startedAt);
    fastest = Math.min(fastest, (user + system) / 1000);
    const made = takeAllocations?.();
    if (made === undefined) continue;
    const isTooMuch = made.largest > largestArray || made.total > allArrays + allArraysPerByte * bytes.length;
    if (isTooMuch) return { target, reason: `${target} takes too much memory`, stack: JSON.stringify(made) };
  }
  if (fastest > limit)
    return {
      target,
      reason: `${target} is slow`,
      stack: `${Math.round(fastest)} ms for ${bytes.length} bytes`,
    };
  if (Buffer.compare(bytes, before) !== 0)
    return { target, reason: `${target} changes its input`, stack: '' };
  return null;
}

function failureOf(target: string, error: unknown): FuzzFailure {
  if (!(error instanceof Error)) return { target, reason: `${target}: ${String(error)}`, stack: '' };
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const places = (error.stack ?? '').match(/[\w-]+\.ts:\d+/g) ?? [];
  const place = places.find((one) => !one.startsWith('expect-that')) ?? '';
  const message = `${error.message}${cause}`.replace(/\d+/g, 'N').slice(0, 120);
  return { target, reason: `${target}: ${error.name}: ${message} [${place}]`, stack: error.stack ?? '' };
}
