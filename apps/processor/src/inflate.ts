import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from '@edf-pipeline/edf';
import { inflateGzip } from '@edf-pipeline/edf';

const CHUNK_BYTES = 1024 * 1024;

/** By zlib, which takes files of several members. */
const gunzip = (pieces: AsyncIterable<Uint8Array>) =>
  pipeline(pieces, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);

/**
 * The inflated bytes of a gzip file, in chunks.
 *
 * @param maxBytes no more than this comes out
 * @throws GzipError `gzip-damaged`, `gzip-expands-too-much`; what the source throws, as it is
 */
export function inflate(
  source: ByteSource,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  return inflateGzip(source, { maxByteLength: maxBytes, decompress: gunzip, signal });
}
