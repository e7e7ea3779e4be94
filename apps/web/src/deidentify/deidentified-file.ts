import type { Deidentification, DeidentificationProof, DeidentifyOptions } from '@edf-pipeline/edf';
import { byteSourceFromBlob, deidentify, openEdf } from '@edf-pipeline/edf';

/** How much of the work is done, from 0 to 1. */
export type TellShare = (share: number) => void;

/** What came of writing: `file` is null where something identifying is left, and nothing is given out then. */
export interface DeidentifiedFile {
  readonly file: File | null;
  readonly proof: DeidentificationProof;
}

/**
 * Reads a whole recording and plans what leaves and what does not. Nothing is written, nothing is sent.
 *
 * @throws EdfError for what is no readable recording
 */
export async function planFile(
  file: File,
  options: DeidentifyOptions,
  tell: TellShare,
  signal: AbortSignal,
): Promise<Deidentification> {
  const source = byteSourceFromBlob(file);
  // To open a recording its end may be looked at; what is told is how far it has been read through.
  let isOpen = false;
  const told = {
    byteLength: source.byteLength,
    slice(start: number, end: number, abort?: AbortSignal) {
      abort?.throwIfAborted();
      if (isOpen) tell(end / file.size);
      return source.slice(start, end, abort);
    },
  };
  const recording = await openEdf(told, signal);
  isOpen = true;
  return deidentify(recording, { ...options, fileName: file.name }, signal);
}

/**
 * Writes what was planned, into a file that only this page has. The same recording and the same options give the same
 * file, its time of change included, so that its upload goes on after the page was closed in between.
 *
 * @throws EdfError when the source has changed since it was planned
 */
export async function writeFile(
  source: File,
  planned: Deidentification,
  tell: TellShare,
  signal: AbortSignal,
): Promise<DeidentifiedFile> {
  const { byteLength, fileName } = planned.plan;
  const pieces: Blob[] = [];
  let written = 0;
  // A blob of its own for each piece: the browser may keep it on disk, where a recording of gigabytes fits.
  for await (const bytes of planned.bytes(signal)) {
    pieces.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    written += bytes.length;
    tell(written / byteLength);
  }
  const proof = planned.proof();
  const file = proof.isClean ? new File(pieces, fileName, { lastModified: source.lastModified }) : null;
  return { file, proof };
}
