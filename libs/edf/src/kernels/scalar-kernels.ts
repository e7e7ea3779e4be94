import type { KernelExports, KernelMemory, ScaledKernel, StridedKernel } from './kernel-exports.ts';
import { measureScalar } from './scalar-measure.ts';
import { countWithin } from './scalar-within.ts';

const pageByteLength = 65_536;

/**
 * The kernels without WebAssembly: where it is absent, or a content security policy refuses it. Every result has the
 * same bits as the WebAssembly kernel's.
 */
export function createScalarKernels(): KernelExports {
  const memory = new ScalarMemory();

  const gather16: StridedKernel = (from, stride, perRecord, records, out) => {
    const { bytes, int16 } = memory;
    let to = out >> 1;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 2; at += 2) int16[to++] = sample16(bytes, at);
    }
  };
  const widen16: StridedKernel = (from, stride, perRecord, records, out) => {
    const { bytes, int32 } = memory;
    let to = out >> 2;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 2; at += 2) int32[to++] = sample16(bytes, at);
    }
  };
  const widen24: StridedKernel = (from, stride, perRecord, records, out) => {
    const { bytes, int32 } = memory;
    let to = out >> 2;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 3; at += 3) int32[to++] = sample24(bytes, at);
    }
  };
  const exact64of16: ScaledKernel = (from, stride, perRecord, records, out, gain, offset) => {
    const { bytes, float64 } = memory;
    let to = out >> 3;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 2; at += 2) {
        float64[to++] = gain * (sample16(bytes, at) + offset);
      }
    }
  };
  const exact64of24: ScaledKernel = (from, stride, perRecord, records, out, gain, offset) => {
    const { bytes, float64 } = memory;
    let to = out >> 3;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 3; at += 3) {
        float64[to++] = gain * (sample24(bytes, at) + offset);
      }
    }
  };
  const exact32of16: ScaledKernel = (from, stride, perRecord, records, out, gain, offset) => {
    const { bytes, float32 } = memory;
    let to = out >> 2;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 2; at += 2) {
        float32[to++] = gain * (sample16(bytes, at) + offset);
      }
    }
  };
  const exact32of24: ScaledKernel = (from, stride, perRecord, records, out, gain, offset) => {
    const { bytes, float32 } = memory;
    let to = out >> 2;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 3; at += 3) {
        float32[to++] = gain * (sample24(bytes, at) + offset);
      }
    }
  };
  // A sum or product of two float32 in float64, rounded to float32, is the float32 sum or product: 53 bits are more
  // than twice 24.
  const fast32of16: ScaledKernel = (from, stride, perRecord, records, out, gain, offset) => {
    const { bytes, float32 } = memory;
    const narrowGain = Math.fround(gain);
    const narrowOffset = Math.fround(offset);
    let to = out >> 2;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 2; at += 2) {
        float32[to++] = narrowGain * Math.fround(sample16(bytes, at) + narrowOffset);
      }
    }
  };
  const fast32of24: ScaledKernel = (from, stride, perRecord, records, out, gain, offset) => {
    const { bytes, float32 } = memory;
    const narrowGain = Math.fround(gain);
    const narrowOffset = Math.fround(offset);
    let to = out >> 2;
    for (let record = 0; record < records; record++, from += stride) {
      for (let at = from; at < from + perRecord * 3; at += 3) {
        float32[to++] = narrowGain * Math.fround(sample24(bytes, at) + narrowOffset);
      }
    }
  };
  return {
    memory,
    gather16,
    widen16,
    widen24,
    exact64of16,
    exact64of24,
    exact32of16,
    exact32of24,
    fast32of16,
    fast32of24,
    measure16: (from, count, state) => measureScalar(memory, memory.int16, from >> 1, count, state),
    measure32: (from, count, state) => measureScalar(memory, memory.int32, from >> 2, count, state),
    overview16: (from, count, outMin, outMax) =>
      reduce(memory.int16, memory.int16, from >> 1, from >> 1, count, 16, memory.int32, outMin, outMax),
    overview32: (from, count, outMin, outMax) =>
      reduce(memory.int32, memory.int32, from >> 2, from >> 2, count, 16, memory.int32, outMin, outMax),
    coarsen: (fromMin, fromMax, count, outMin, outMax) =>
      reduce(memory.int32, memory.int32, fromMin >> 2, fromMax >> 2, count, 4, memory.int32, outMin, outMax),
    within16: (from, stride, perRecord, records, lowest, highest) =>
      countWithin(memory.int16, from >> 1, stride >> 1, perRecord, records, lowest, highest),
    within32: (from, stride, perRecord, records, lowest, highest) =>
      countWithin(memory.int32, from >> 2, stride >> 2, perRecord, records, lowest, highest),
  };
}

class ScalarMemory implements KernelMemory {
  buffer = new ArrayBuffer(0);
  bytes = new Uint8Array(this.buffer);
  int16 = new Int16Array(this.buffer);
  int32 = new Int32Array(this.buffer);
  float32 = new Float32Array(this.buffer);
  float64 = new Float64Array(this.buffer);

  grow(pages: number): number {
    const before = this.buffer.byteLength;
    const grown = new Uint8Array(before + pages * pageByteLength);
    grown.set(this.bytes);
    this.buffer = grown.buffer;
    this.bytes = grown;
    this.int16 = new Int16Array(this.buffer);
    this.int32 = new Int32Array(this.buffer);
    this.float32 = new Float32Array(this.buffer);
    this.float64 = new Float64Array(this.buffer);
    return before / pageByteLength;
  }
}

function sample16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
}

function sample24(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24)) >> 8;
}

function reduce(
  lows: Int16Array | Int32Array,
  highs: Int16Array | Int32Array,
  lowFrom: number,
  highFrom: number,
  count: number,
  factor: number,
  out: Int32Array,
  outMin: number,
  outMax: number,
): void {
  let toMin = outMin >> 2;
  let toMax = outMax >> 2;
  for (let i = 0; i < count; i += factor) {
    const end = Math.min(count, i + factor);
    let low = lows[lowFrom + i]!;
    let high = highs[highFrom + i]!;
    for (let k = i; k < end; k++) {
      low = Math.min(low, lows[lowFrom + k]!);
      high = Math.max(high, highs[highFrom + k]!);
    }
    out[toMin++] = low;
    out[toMax++] = high;
  }
}
