import { createHash } from 'node:crypto';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';

/** What is in a recording's file, as far as the pipeline can tell. */
export type ContentKind = 'good' | 'bad' | 'poison';

/**
 * The content of a recording of any size, without its bytes: what is read of it is a text that names content and
 * place. Two bodies are the same bytes exactly when they have the same number.
 */
export interface RecordingContent {
  readonly number: number;
  readonly kind: ContentKind;
  readonly byteLength: number;
}

/** A stretch of it, as a client sends it. */
export interface RecordingBody {
  readonly content: RecordingContent;
  readonly start: number;
  readonly end: number;
}

const MiB = 1024 ** 2;

/** Sizes, kinds and contents are functions of the number, so that any run can be compared with any other. */
export function contentOf(number: number): RecordingContent {
  const kind = number % 32 === 9 ? 'poison' : number % 16 === 5 ? 'bad' : 'good';
  const byteLength = number % 8 === 3 ? 65 * MiB + number : 1_000 + number * 77;
  return { number, kind, byteLength };
}

export const textOf = ({ content, start, end }: RecordingBody) =>
  `recording ${content.number} ${content.kind} ${start}-${end} of ${content.byteLength}`;

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();

const sums = new Map<string, string>();

/** base64, as a store computes it over the bytes. */
export function checksumOf(body: RecordingBody): string {
  const text = textOf(body);
  const known = sums.get(text);
  if (known) return known;
  const sum = sha256(text).toString('base64');
  sums.set(text, sum);
  return sum;
}

/** Of the whole: its checksum, or the composite one of what is sent in parts. */
export function contentIdOf(content: RecordingContent): string {
  const parts = partRangesFor(content.byteLength).map(({ start, end }) =>
    checksumOf({ content, start, end }),
  );
  const [only] = parts;
  return parts.length === 1 && only ? only : compositeOf(parts);
}

/** S3's checksum of an object that was completed from parts. */
export function compositeOf(partChecksums: readonly string[]): string {
  const digests = Buffer.concat(partChecksums.map((sum) => Buffer.from(sum, 'base64')));
  return `${sha256(digests).toString('base64')}-${partChecksums.length}`;
}
