const metered = [
  ...(['ArrayBuffer', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array'] as const),
  ...(['Int32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'Array'] as const),
];
const farTooMuch = 2 ** 30;

/** Bytes of the arrays that were made by length. */
export interface Allocations {
  largest: number;
  total: number;
}

/**
 * Counts the bytes of all arrays that are made by length, in this thread and from now on: a header that promises a
 * terabyte must not get it. An array of more than a gigabyte is counted and refused.
 *
 * @returns gives what was made since it was called last
 */
export function meterAllocations(): () => Allocations {
  let counted: Allocations = { largest: 0, total: 0 };
  const globals = globalThis as unknown as Record<string, new (...args: unknown[]) => object>;
  for (const name of metered) {
    const original = globals[name]!;
    const { BYTES_PER_ELEMENT = name === 'Array' ? 8 : 1 } = original as { BYTES_PER_ELEMENT?: number };
    const proxy: typeof original = new Proxy(original, {
      construct(target, args: unknown[], newTarget): object {
        if (args.length === 1 && typeof args[0] === 'number') {
          const byteLength = args[0] * BYTES_PER_ELEMENT;
          counted.largest = Math.max(counted.largest, byteLength);
          counted.total += byteLength;
          if (byteLength > farTooMuch) throw new RangeError(`An array of ${byteLength} bytes was asked for.`);
        }
        return Reflect.construct(target, args, newTarget === proxy ? target : newTarget) as object;
      },
    });
    globals[name] = proxy;
  }
  return () => {
    const before = counted;
    counted = { largest: 0, total: 0 };
    return before;
  };
}
