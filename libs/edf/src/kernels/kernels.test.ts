import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { KernelExports, ScaledKernel, StridedKernel } from './kernel-exports.ts';
import type { WebAssemblyLike } from './load-kernels.ts';
import { loadKernels } from './load-kernels.ts';
import { clearMeasureState, readMeasureState } from './measure-state.ts';

declare const WebAssembly: WebAssemblyLike & { readonly Memory: new (...options: never[]) => object };

const recordsAt = 1024;
const outAt = 64 * 1024;
const stateAt = 256;
const pages = 12;

const wasm = await loadKernels();
const scalar = await loadKernels(null);
wasm.memory.grow(pages);
scalar.memory.grow(pages);

/** The same bytes in both memories, everything else 0xa5. */
function fill(bytes: Uint8Array, at = recordsAt): void {
  for (const { memory } of [wasm, scalar]) {
    const all = new Uint8Array(memory.buffer);
    all.fill(0xa5);
    all.set(bytes, at);
  }
}

function written({ memory }: KernelExports, at: number, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, at, length).slice();
}

/** Random, constant, and alternating extremes: what overflows somewhere when a kernel is wrong. */
const contents = fc
  .tuple(fc.constantFrom('random', 'constant', 'extremes', 'small'), fc.integer({ min: 0, max: 2 ** 31 - 1 }))
  .map(([kind, seed]) => (length: number, width: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    let state = seed | 1;
    const next = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return state >>> 16;
    };
    const constant = next();
    for (let at = 0; at + width <= length; at += width) {
      const sign = kind === 'extremes' ? (next() & 1) === 0 : (next() & 7) < 3;
      for (let i = 0; i < width; i++) {
        const last = i === width - 1;
        if (kind === 'random') bytes[at + i] = next();
        else if (kind === 'constant') bytes[at + i] = constant >> i;
        else if (kind === 'extremes') bytes[at + i] = last ? (sign ? 0x80 : 0x7f) : sign ? 0 : 0xff;
        else bytes[at + i] = i === 0 ? next() & 1 : 0;
      }
    }
    return bytes;
  });

const geometry = fc.record({
  perRecord: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(63, 64, 65, 511, 512, 600)),
  records: fc.integer({ min: 1, max: 5 }),
  gap: fc.integer({ min: 0, max: 37 }),
  shift: fc.integer({ min: 0, max: 3 }),
  content: contents,
});

const scales = fc.constantFrom(
  [0.1, 0.5],
  [(45 - 30) / 4095, 45 / ((45 - 30) / 4095) - 2047],
  [-3.0517578125e-5, 1e9],
  [1e-9, -8_388_607.5],
  [1, 0],
  [1e300, 1e-300],
  [NaN, Infinity],
) as fc.Arbitrary<[number, number]>;

describe('with and without WebAssembly', () => {
  test('the first instance is WebAssembly and the second is not', () => {
    expect(wasm.memory).toBeInstanceOf(WebAssembly.Memory);
    expect(scalar.memory).not.toBeInstanceOf(WebAssembly.Memory);
  });

  test.each([
    ['gather16', 2, 2],
    ['widen16', 2, 4],
    ['widen24', 3, 4],
  ] as const)('%s gives the same bits', (name, width, outWidth) => {
    fc.assert(
      fc.property(geometry, ({ perRecord, records, gap, shift, content }) => {
        const stride = perRecord * width + gap;
        fill(content(stride * records, width), recordsAt + shift);
        const byteLength = perRecord * records * outWidth;
        for (const kernels of [wasm, scalar]) {
          (kernels[name] as StridedKernel)(recordsAt + shift, stride, perRecord, records, outAt);
        }
        expect(written(wasm, outAt, byteLength)).toEqual(written(scalar, outAt, byteLength));
        // Nothing in front of the output, and nothing beyond the slack behind it.
        expect(written(wasm, outAt - 8, 8)).toEqual(new Uint8Array(8).fill(0xa5));
        expect(written(wasm, outAt + byteLength + 64, 64)).toEqual(new Uint8Array(64).fill(0xa5));
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ['exact64of16', 2, 8],
    ['exact64of24', 3, 8],
    ['exact32of16', 2, 4],
    ['exact32of24', 3, 4],
    ['fast32of16', 2, 4],
    ['fast32of24', 3, 4],
  ] as const)('%s gives the same bits', (name, width, outWidth) => {
    fc.assert(
      fc.property(geometry, scales, ({ perRecord, records, gap, shift, content }, [gain, offset]) => {
        const stride = perRecord * width + gap;
        fill(content(stride * records, width), recordsAt + shift);
        const count = perRecord * records;
        const [ours, theirs] = [wasm, scalar].map((kernels) => {
          (kernels[name] as ScaledKernel)(recordsAt + shift, stride, perRecord, records, outAt, gain, offset);
          const { buffer } = kernels.memory;
          return outWidth === 8
            ? new Float64Array(buffer, outAt, count)
            : new Float32Array(buffer, outAt, count);
        });
        // Object.is of each: NaN may have other bits, -0 may not be 0.
        expect(Array.from(ours!)).toEqual(Array.from(theirs!));
        expect(written(wasm, outAt - 8, 8)).toEqual(new Uint8Array(8).fill(0xa5));
        const end = outAt + count * outWidth + 64;
        expect(written(wasm, end, 64)).toEqual(new Uint8Array(64).fill(0xa5));
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['measure16', 2, -32_768, 32_767],
    ['measure16', 2, 0, 1],
    ['measure16', 2, NaN, 1e12],
    ['measure32', 3, -8_388_608, 8_388_607],
    ['measure32', 3, -1000, 1000],
  ] as const)('%s of any pieces gives the same statistics (%#)', (name, width, lowest, highest) => {
    fc.assert(
      fc.property(
        contents,
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 4 }),
        (content, lengths) => {
          const both = [wasm, scalar].map((kernels) => {
            clearMeasureState(kernels.memory, stateAt, lowest, highest);
            return lengths.map((length, index) => {
              const stored = content(length * width, width);
              new Uint8Array(kernels.memory.buffer).set(stored, recordsAt);
              const gather = width === 2 ? kernels.gather16 : kernels.widen24;
              gather(recordsAt, 0, length, 1, outAt);
              kernels[name](outAt, length, stateAt);
              return { index, ...readMeasureState(kernels.memory, stateAt) };
            });
          });
          expect(both[0]).toEqual(both[1]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    ['within16', 2],
    ['within32', 4],
  ] as const)(
    '%s stops at the segment in which a sample leaves the window, wherever it is',
    (name, width) => {
      const leaving = fc.record({
        perRecord: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(63, 64, 65, 511)),
        records: fc.integer({ min: 1, max: 5 }),
        gap: fc.integer({ min: 0, max: 9 }),
        place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        window: fc.constantFrom([-100, 100], [0, 0], [-32_768, 32_766], [-32_767, 32_767]),
        isAbove: fc.boolean(),
      });
      fc.assert(
        fc.property(leaving, ({ perRecord, records, gap, place, window, isAbove }) => {
          const [lowest, highest] = window as [number, number];
          const stride = perRecord + gap;
          const target = Math.floor(place * perRecord * records);
          const value = isAbove ? Math.min(highest + 1, 32_767) : Math.max(lowest - 1, -32_768);
          const expected = value >= lowest && value <= highest ? records : Math.floor(target / perRecord);
          for (const { memory, [name]: within } of [wasm, scalar]) {
            const make = width === 2 ? Int16Array : Int32Array;
            // Between the segments is what would leave the window; in them the limits themselves.
            const samples = new make(memory.buffer as ArrayBuffer, recordsAt, stride * records + 8).fill(
              lowest - 1,
            );
            for (let record = 0; record < records; record++)
              for (let i = 0; i < perRecord; i++)
                samples[record * stride + i] = i % 2 === 0 ? lowest : highest;
            samples[Math.floor(target / perRecord) * stride + (target % perRecord)] = value;
            const count = within(recordsAt, stride * width, perRecord, records, lowest, highest);
            expect(count).toBe(expected);
          }
        }),
        { numRuns: 300 },
      );
    },
  );

  test.each([
    ['overview16', 2],
    ['overview32', 3],
  ] as const)('%s and coarsen give the same bins', (name, width) => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 1000 }), (content, count) => {
        fill(content(count * width, width));
        const bins = Math.ceil(count / 16);
        const coarse = Math.ceil(bins / 4);
        const [minAt, maxAt] = [outAt + 8192, outAt + 16_384];
        const [ours, theirs] = [wasm, scalar].map((kernels) => {
          (width === 2 ? kernels.gather16 : kernels.widen24)(recordsAt, 0, count, 1, outAt);
          kernels[name](outAt, count, minAt, maxAt);
          kernels.coarsen(minAt, maxAt, bins, maxAt + 4096, maxAt + 8192);
          return [minAt, maxAt, maxAt + 4096, maxAt + 8192].map((at, i) =>
            Array.from(new Int32Array(kernels.memory.buffer, at, i < 2 ? bins : coarse)),
          );
        });
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 100 },
    );
  });
});

test('statistics are those of the definition, in arithmetic without limits', () => {
  const values = Array.from({ length: 70_001 }, (_, i) => (i % 7 < 3 ? -32_768 : (i * 7919) % 32_768));
  fill(new Uint8Array(0));
  for (const kernels of [wasm, scalar]) {
    const at = 2048;
    new Int16Array(kernels.memory.buffer, at, values.length).set(values);
    clearMeasureState(kernels.memory, stateAt, -32_768, 32_767);
    kernels.measure16(at, values.length, stateAt);
    let longest = 0;
    let run = 0;
    let repeated = 0;
    values.forEach((value, i) => {
      run = i > 0 && value === values[i - 1] ? run + 1 : 0;
      repeated += run > 0 ? 1 : 0;
      longest = Math.max(longest, run);
    });
    expect(readMeasureState(kernels.memory, stateAt)).toEqual({
      count: values.length,
      min: -32_768,
      max: Math.max(...values),
      sum: values.reduce((sum, value) => sum + BigInt(value), 0n),
      sumOfSquares: values.reduce((sum, value) => sum + BigInt(value) ** 2n, 0n),
      atDigitalMin: values.filter((value) => value === -32_768).length,
      atDigitalMax: values.filter((value) => value === 32_767).length,
      belowDigitalMin: 0,
      aboveDigitalMax: 0,
      firstOutside: -1,
      repeated,
      longestRepeat: longest,
    });
  }
});

test.each([16_383, -16_383, 16_384, -16_384, 32_767, -32_768])(
  'squares of %i are summed exactly, on both sides of where the fast sum ends',
  (value) => {
    for (const kernels of [wasm, scalar]) {
      new Int16Array(kernels.memory.buffer, 2048, 1000).fill(value);
      clearMeasureState(kernels.memory, stateAt, -32_768, 32_767);
      kernels.measure16(2048, 1000, stateAt);
      expect(readMeasureState(kernels.memory, stateAt).sumOfSquares).toBe(1000n * BigInt(value) ** 2n);
    }
  },
);

test('sums of the largest 24-bit squares do not overflow', () => {
  const count = 150_000;
  for (const kernels of [wasm, scalar]) {
    const at = 2048;
    new Int32Array(kernels.memory.buffer, at, count).fill(-8_388_608);
    clearMeasureState(kernels.memory, stateAt, -8_388_608, 8_388_607);
    // 2^17 such squares are 2^63.
    for (let i = 0; i < 3; i++) {
      new Int32Array(kernels.memory.buffer, at - 4, 1).fill(0);
      kernels.measure32(at, count, stateAt);
    }
    const { sumOfSquares, sum, repeated, longestRepeat } = readMeasureState(kernels.memory, stateAt);
    expect(sumOfSquares).toBe(3n * BigInt(count) * 2n ** 46n);
    expect(sum).toBe(-3n * BigInt(count) * 2n ** 23n);
    expect([repeated, longestRepeat]).toEqual([3 * count - 1, 3 * count - 1]);
  }
});

test('the fast float32 values are within their stated error of the exact ones', () => {
  const values = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
  for (const [gain, offset] of [
    [0.1, 0.5],
    [(45 - 30) / 4095, 45 / ((45 - 30) / 4095) - 2047],
    [-1.2345e-5, 31_337.25],
  ] as const) {
    fill(new Uint8Array(values.buffer), 2048);
    const out = 192 * 1024;
    wasm.fast32of16(2048, 0, values.length, 1, out, gain, offset);
    const fast = new Float32Array(wasm.memory.buffer, out, values.length);
    let worst = 0;
    fast.forEach((value, i) => {
      const exact = gain * (values[i]! + offset);
      const allowed = 2 ** -24 * (3.01 * Math.abs(exact) + Math.abs(gain * offset));
      worst = Math.max(worst, Math.abs(value - exact) / allowed);
    });
    expect(worst).toBeLessThanOrEqual(1);
  }
});

describe('what WebAssembly is there', () => {
  test.each([
    ['none', null],
    [
      'one that may not compile',
      { compile: () => Promise.reject(new Error('unsafe-eval')), instantiate: never },
    ],
    [
      'one that cannot instantiate',
      { compile: async () => ({}), instantiate: () => Promise.reject(new Error('no memory')) },
    ],
  ])('%s: the scalar kernels', async (_, webAssembly) => {
    const kernels = await loadKernels(webAssembly);
    expect(kernels.memory).not.toBeInstanceOf(WebAssembly.Memory);
    expect(kernels.memory.grow(1)).toBe(0);
    expect(kernels.memory.grow(2)).toBe(1);
    expect(kernels.memory.buffer.byteLength).toBe(3 * 65_536);
  });

  test('another than the global one is asked itself', async () => {
    const asked: string[] = [];
    const kernels = await loadKernels({
      compile: async (bytes) => {
        asked.push('compile');
        return WebAssembly.compile(bytes);
      },
      instantiate: (module) => WebAssembly.instantiate(module),
    });
    expect(asked).toEqual(['compile']);
    expect(kernels.memory).toBeInstanceOf(WebAssembly.Memory);
  });
});

test('the committed module is what the sources give, byte for byte', async () => {
  const script = join(import.meta.dirname, '../../../../scripts/build-kernels.mjs');
  const { stderr } = await promisify(execFile)(process.execPath, [script, '--check']);
  expect(stderr).toBe('');
}, 60_000);

function never(): Promise<never> {
  return Promise.reject(new Error('not to be called'));
}
