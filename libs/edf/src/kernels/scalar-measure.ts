import type { KernelMemory } from './kernel-exports.ts';
import { measureStateByteLength, stateField } from './measure-state.ts';

// Squares of this many 24-bit samples are an exact sum in a double.
const exactLength = 64;
const highUnit = 2 ** 32;

/** Adds consecutive samples to a measure state, as `measure16` and `measure32` do. */
export function measureScalar(
  memory: KernelMemory,
  samples: Int16Array | Int32Array,
  from: number,
  count: number,
  at: number,
): void {
  if (count <= 0) return;
  const state = new DataView(memory.buffer, at, measureStateByteLength);
  let min = state.getInt32(stateField.min, true);
  let max = state.getInt32(stateField.max, true);
  let previous = state.getInt32(stateField.previous, true);
  let run = Number(state.getBigInt64(stateField.run, true));
  let longest = Number(state.getBigInt64(stateField.longest, true));
  let sum = 0;
  let low = 0;
  let high = 0;
  let repeated = 0;
  const end = from + count;
  for (let begin = from; begin < end; begin += exactLength) {
    const stop = Math.min(end, begin + exactLength);
    let squares = 0;
    for (let i = begin; i < stop; i++) {
      const value = samples[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
      squares += value * value;
      if (value === previous) {
        repeated++;
        run++;
        if (run > longest) longest = run;
      } else run = 0;
      previous = value;
    }
    const part = Math.floor(squares / highUnit);
    high += part;
    low += squares - part * highUnit;
  }
  state.setInt32(stateField.min, min, true);
  state.setInt32(stateField.max, max, true);
  state.setInt32(stateField.previous, previous, true);
  state.setBigInt64(stateField.run, BigInt(run), true);
  state.setBigInt64(stateField.longest, BigInt(longest), true);
  addTo(state, stateField.sum, sum);
  addTo(state, stateField.squaresLow, low);
  addTo(state, stateField.squaresHigh, high);
  addTo(state, stateField.repeated, repeated);
  if (min <= state.getInt32(stateField.lowest, true) || max >= state.getInt32(stateField.highest, true)) {
    countLimits(state, samples, from, count);
  }
  addTo(state, stateField.count, count);
}

function countLimits(state: DataView, samples: Int16Array | Int32Array, from: number, count: number): void {
  const lowest = state.getInt32(stateField.lowest, true);
  const highest = state.getInt32(stateField.highest, true);
  let atLowest = 0;
  let atHighest = 0;
  let below = 0;
  let above = 0;
  let first = -1;
  for (let i = 0; i < count; i++) {
    const value = samples[from + i]!;
    if (value === lowest) atLowest++;
    if (value === highest) atHighest++;
    if (value >= lowest && value <= highest) continue;
    if (value < lowest) below++;
    if (value > highest) above++;
    if (first < 0) first = i;
  }
  if (first >= 0 && state.getBigInt64(stateField.firstOutside, true) < 0n) {
    const before = state.getBigInt64(stateField.count, true);
    state.setBigInt64(stateField.firstOutside, before + BigInt(first), true);
  }
  addTo(state, stateField.atLowest, atLowest);
  addTo(state, stateField.atHighest, atHighest);
  addTo(state, stateField.below, below);
  addTo(state, stateField.above, above);
}

function addTo(state: DataView, field: number, value: number): void {
  state.setBigInt64(field, state.getBigInt64(field, true) + BigInt(value), true);
}
