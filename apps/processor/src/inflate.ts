import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from '@edf-pipeline/edf';

/** A gzip file that is damaged, or that would grow beyond measure. */
export class InflateError extends Error {
  readonly code: 'gzip-damaged' | 'gzip-expands-too-much';

  constructor(
    code: 'gzip-damaged' | 'gzip-expands-too-much',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'InflateError';
    this.code = code;
  }
}

const CHUNK_BYTES = 1024 * 1024;
/** Recordings shrink to a half or a third; what shrinks a hundredfold is no recording. */
const MAX_RATIO = 100;
const RATIO_FREE_BYTES = 64 * 1024 * 1024;

export async function isGzip(source: ByteSource, signal?: AbortSignal): Promise<boolean> {
  const start = await source.slice(0, Math.min(2, source.byteLength), signal);
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * The inflated bytes of a gzip file, in chunks.
 *
 * @param maxBytes no more than this comes out
 * @throws InflateError `gzip-damaged`, `gzip-expands-too-much`
 */
export async function* inflate(
  source: ByteSource,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const limit = Math.min(maxBytes, Math.max(RATIO_FREE_BYTES, MAX_RATIO * source.byteLength));
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const input = Readable.from(chunksOf(source, signal), { objectMode: false });
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  let total = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (total > limit) {
        throw new InflateError(
          'gzip-expands-too-much',
          `The gzip file grows to more than ${limit} bytes, which no recording does; upload the EDF file itself.`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (isZlibError(error))
      throw new InflateError('gzip-damaged', 'The gzip file is damaged or cut; make it again.', {
        cause: error,
      });
    throw error;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

async function* chunksOf(source: ByteSource, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < source.byteLength; start += CHUNK_BYTES) {
    yield await source.slice(start, Math.min(start + CHUNK_BYTES, source.byteLength), signal);
  }
}

function isZlibError(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_')
  );
}
