import { BodyFailed } from './s3-errors.ts';

/** A stretch of a streamed body. */
export interface BodyPart {
  /** From 1. */
  readonly partNumber: number;
  /** Lent: they hold until the part after the next one is asked for. */
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

const partsOfOneSize = 1000;

/** S3 takes 10,000 parts, so their size doubles every thousand: 8 MiB at first are enough for 5 TB. */
export function partBytesOf(partNumber: number, firstPartBytes: number): number {
  return firstPartBytes * 2 ** Math.floor((partNumber - 1) / partsOfOneSize);
}

/**
 * Cuts a body of unknown length into parts, in two buffers in turn: one fills while the other is sent.
 * An empty body is one empty part. @throws BodyFailed with the body's error as its cause
 */
export async function* collectParts(
  body: AsyncIterable<Uint8Array>,
  firstPartBytes: number,
): AsyncGenerator<BodyPart> {
  const buffers: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  let partNumber = 1;
  let filled = 0;
  const part = (isLast: boolean): BodyPart => ({
    partNumber,
    bytes: buffers[partNumber % 2]!.subarray(0, filled),
    isLast,
  });
  for await (const chunk of failingAsBody(body)) {
    for (let taken = 0; taken < chunk.byteLength;) {
      const limit = partBytesOf(partNumber, firstPartBytes);
      // A full part is handed on only when more has come: else it is the last one.
      if (filled === limit) {
        yield part(false);
        partNumber += 1;
        filled = 0;
        continue;
      }
      const piece = chunk.subarray(taken, taken + limit - filled);
      const buffer = withRoom(buffers[partNumber % 2]!, filled, piece.byteLength, limit);
      buffers[partNumber % 2] = buffer;
      buffer.set(piece, filled);
      filled += piece.byteLength;
      taken += piece.byteLength;
    }
  }
  yield part(true);
}

/** Most results are far shorter than a part, so a buffer starts small and doubles. */
function withRoom(buffer: Uint8Array, filled: number, more: number, limit: number): Uint8Array {
  if (buffer.byteLength >= filled + more) return buffer;
  const larger = new Uint8Array(Math.min(limit, Math.max(filled + more, buffer.byteLength * 2, 64 * 1024)));
  larger.set(buffer.subarray(0, filled));
  return larger;
}

async function* failingAsBody(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new BodyFailed('The body failed.', { cause: error });
  }
}
