import type { ByteSource } from './byte-source.ts';
import { sliceExactly } from './open.ts';

/** A gzip file that is damaged, or that would grow beyond what any recording does. */
export class GzipError extends Error {
  override readonly name = 'GzipError';
  readonly code: 'gzip-damaged' | 'gzip-expands-too-much';

  constructor(code: GzipError['code'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

// A browser inflates what it is given at once, whoever waits for it: 64 KiB become 66 MB at most.
const browserPieceByteLength = 65_536;
/** Otherwise a read costs more than its bytes. */
const pieceByteLength = 1_048_576;
/** Recordings shrink to a half or a third; what shrinks a hundredfold is none. */
const mostRatio = 100;
/** Up to here any ratio goes: an empty night of a small file is compressed very well. */
const ratioFreeByteLength = 64 * 1024 * 1024;

/** How gzip is inflated. */
export interface InflateOptions {
  /** No more than this comes out. */
  readonly maxByteLength?: number;
  /**
   * What inflates, by default the `DecompressionStream` of the platform, which takes files of one member only. Node's
   * zlib takes several (bgzip, Luna's .edfz): `(pieces) => pipeline(pieces, createGunzip(), () => undefined)`.
   */
  readonly decompress?: (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** Whether a file begins as gzip files do [RFC 1952, 2.3.1]. */
export async function isGzip(source: ByteSource, signal?: AbortSignal): Promise<boolean> {
  const start = await source.slice(0, Math.min(2, source.byteLength), signal);
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * The inflated bytes of a gzip file, in pieces. Gzip has no random access: write them to a file of yours, once, and
 * open that. No more comes out than a hundred times what goes in, or 64 MiB where that is more.
 *
 * @throws GzipError `gzip-damaged`, `gzip-expands-too-much`; EdfError `source-read-short`; an error of the source as it
 * is; an abort rejects with the signal's reason
 */
export async function* inflateGzip(
  source: ByteSource,
  options: InflateOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { maxByteLength = Infinity, decompress = byPlatform, signal } = options;
  const step = options.decompress ? pieceByteLength : browserPieceByteLength;
  const limit = Math.min(maxByteLength, Math.max(ratioFreeByteLength, mostRatio * source.byteLength));
  let fault: { readonly reason: unknown } | null = null;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (let start = 0; start < source.byteLength; start += step) {
        signal?.throwIfAborted();
        const end = Math.min(start + step, source.byteLength);
        yield await sliceExactly(source, start, end, signal);
      }
    } catch (reason) {
      fault = { reason };
      throw reason;
    }
  }
  let byteLength = 0;
  try {
    for await (const piece of decompress(pieces())) {
      byteLength += piece.length;
      if (byteLength > limit) {
        const message = `The gzip file grows to more than ${limit} bytes, which no recording does; use the EDF file itself.`;
        throw new GzipError('gzip-expands-too-much', message);
      }
      yield piece;
    }
  } catch (error) {
    if (error instanceof GzipError) throw error;
    const { reason } = (fault as { readonly reason: unknown } | null) ?? {
      reason: new GzipError('gzip-damaged', 'The gzip file is damaged or cut; make it again.', {
        cause: error,
      }),
    };
    throw reason;
  }
}

async function* byPlatform(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream('gzip');
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  // Neither is aborted or cancelled, here or below: Node's then throws where nobody can catch it, when what is being
  // inflated at that moment is done. A stream that nobody holds any more goes by itself.
  const feeding = (async () => {
    for await (const piece of pieces) await writer.write(new Uint8Array(piece));
    await writer.close();
  })().catch(() => reader.releaseLock());
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    await feeding;
  } finally {
    reader.releaseLock();
  }
}
