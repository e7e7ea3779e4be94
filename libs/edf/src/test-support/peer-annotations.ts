// Where the annotations of another reader are not ours, and the bytes that decide who is right.
import type { EdfFile } from '../open.ts';
import type { Annotation } from '../tal.ts';
import { comparable, peerAnnotations } from './ask-peers.ts';
import type { ComparedFile, PeerName } from './peer-comparison.ts';
import { latin1 } from './recordings.ts';

const mostShown = 3;
const shownBytes = 32;
/** What a reader cannot say differently by its own design. */
const readerLimits: Record<PeerName, { hasNoDuration: boolean; textLength: number }> = {
  EDFlib: { hasNoDuration: true, textLength: 512 },
  pyEDFlib: { hasNoDuration: true, textLength: 512 },
  edfio: { hasNoDuration: true, textLength: Infinity },
  MNE: { hasNoDuration: false, textLength: Infinity },
};

/** Lines of Markdown; none where onsets (to a microsecond), durations and texts are the same. */
export function annotationDifferences(
  { name, file, read, bytes, peers }: ComparedFile,
  peer: PeerName,
): string[] {
  const theirs = peers[peer].annotations;
  if (theirs === null || file === null || read === null) return [];
  const { hasNoDuration, textLength } = readerLimits[peer];
  const startNs = read.timeline.runs[0]?.startNs ?? 0n;
  const known = countsOf(comparable(theirs, hasNoDuration, textLength));
  const lacking = read.annotations.filter((one) => {
    const [text] = comparable(peerAnnotations([one], startNs), hasNoDuration, textLength);
    return !taken(known, text!);
  });
  const ours = countsOf(comparable(peerAnnotations(read.annotations, startNs), hasNoDuration, textLength));
  const extra = comparable(theirs, hasNoDuration, textLength).filter((text) => !taken(ours, text));
  if (lacking.length === 0 && extra.length === 0) return [];
  const lines = [
    `- ${name}, ${peer}: ${lacking.length} of ours are not there, ${extra.length} are there that we do not read.`,
  ];
  for (const one of lacking.slice(0, mostShown)) lines.push(`  - not there: ${evidence(file, bytes, one)}`);
  for (const text of extra.slice(0, mostShown))
    lines.push(`  - there: \`${visible(new TextEncoder().encode(text))}\``);
  return lines;
}

/** The bytes of an annotation, where they are in the file. */
function evidence(file: EdfFile, bytes: Uint8Array, { record, signal, onsetText, text }: Annotation): string {
  const { headerByteLength, dataRecordByteLength, bytesPerSample, signals } = file.header;
  const { byteOffsetInDataRecord, samplesPerDataRecord } = signals[signal]!;
  const start = headerByteLength + record * dataRecordByteLength + byteOffsetInDataRecord;
  const block = Buffer.from(bytes.subarray(start, start + samplesPerDataRecord * bytesPerSample));
  const stamp = Buffer.from(latin1(onsetText));
  // The onset may be there more than once: the one whose text follows.
  for (let at = block.indexOf(stamp); at >= 0; at = block.indexOf(stamp, at + 1)) {
    const end = block.indexOf(0, at);
    const tal = block.subarray(at, end < 0 ? undefined : end);
    if (![tal.toString('utf8'), tal.toString('latin1')].some((one) => one.includes(text))) continue;
    return `byte ${start + at}, \`${visible(tal.subarray(0, shownBytes))}\``;
  }
  return `data record ${record}, onset \`${onsetText}\``;
}

function visible(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, shownBytes), (byte) => {
    const character = String.fromCharCode(byte);
    const isPlain = byte >= 0x20 && byte < 0x7f && !'`|\\'.includes(character);
    return isPlain ? character : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function countsOf(list: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function taken(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  counts.set(key, left - 1);
  return left > 0;
}
