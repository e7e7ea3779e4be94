type ReadInto = (start: number, target: Uint8Array, signal?: AbortSignal) => Promise<number>;

interface Stretch {
  readonly from: number;
  readonly memory: Uint8Array;
  readonly byteCount: Promise<number>;
}

/** What is in memory of the object: bytes `from` to before `to`, the first of them at `offset`. */
interface Held {
  readonly from: number;
  readonly to: number;
  readonly memory: Uint8Array;
  readonly offset: number;
}

/**
 * Reads ranges that follow one another in long stretches, the next one on its way while the last is worked on. A range
 * that begins in one stretch and ends in the next is put together in front of the next one. Memory: two stretches and
 * a quarter more of each; no more than the object where that is shorter than one.
 *
 * @param readInto fills `target` from byte `start` on; resolves to how many bytes there were
 * @returns like a read of bytes `start` to before `end`; the bytes are lent: they hold until the next call
 */
export function createReadAhead(
  readInto: ReadInto,
  byteLength: number,
  stretchBytes: number,
): (start: number, end: number, signal?: AbortSignal) => Promise<Uint8Array> {
  const roomInFront = byteLength > stretchBytes ? Math.ceil(stretchBytes / 4) : 0;
  let held: Held = { from: 0, to: 0, memory: new Uint8Array(0), offset: 0 };
  let coming: Stretch | null = null;
  let free: Uint8Array | null = null;
  /** For a range that is longer than a stretch. */
  let large = new Uint8Array(0);

  const begin = (from: number, signal?: AbortSignal): Stretch | null => {
    const length = Math.min(stretchBytes, byteLength - from);
    if (length <= 0) return null;
    const memory = free ?? new Uint8Array(roomInFront + Math.min(stretchBytes, byteLength));
    free = null;
    const byteCount = readInto(from, memory.subarray(roomInFront, roomInFront + length), signal);
    // Whoever waits for it hears of its failure; perhaps nobody comes.
    byteCount.catch(() => undefined);
    return { from, memory, byteCount };
  };

  const view = (start: number, end: number) =>
    held.memory.subarray(held.offset + start - held.from, held.offset + Math.min(end, held.to) - held.from);

  return async (start, end, signal) => {
    if (start >= held.from && end <= held.to) return view(start, end);
    const isGoingOn = start >= held.from && start < held.to;
    const nextFrom = isGoingOn ? held.to : start;
    const isTooLong = end - start > stretchBytes || nextFrom - start > roomInFront;
    const next = isTooLong ? null : coming?.from === nextFrom ? coming : begin(nextFrom, signal);
    if (!next) {
      if (large.byteLength < end - start) large = new Uint8Array(end - start);
      const target = large.subarray(0, end - start);
      return target.subarray(0, await readInto(start, target, signal));
    }
    coming = null;
    const to = nextFrom + (await next.byteCount);
    const inFront = isGoingOn ? view(start, nextFrom) : new Uint8Array(0);
    next.memory.set(inFront, roomInFront - inFront.byteLength);
    if (held.memory.byteLength === next.memory.byteLength) free = held.memory;
    held = { from: start, to, memory: next.memory, offset: roomInFront - inFront.byteLength };
    coming = begin(to, signal);
    return view(start, end);
  };
}
