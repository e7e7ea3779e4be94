// docs/peers.md, made of what the readers themselves say.
import type { ComparedFile, PeerName, PeerOutcome, SignalVerdict } from './peer-comparison.ts';
import { peerNames } from './peer-comparison.ts';
import { annotationDifferences } from './peer-annotations.ts';

/** @param versions of the readers, as they are pinned */
export function peerTable(
  files: readonly ComparedFile[],
  versions: Readonly<Record<PeerName, string>>,
): string {
  const named = peerNames.map((name) => `${name} ${versions[name]}`);
  return [
    '# Other readers',
    '',
    `What ${named.slice(0, -1).join(', ')} and ${named.at(-1)} make of ${files.length} real recordings, and what we make of`,
    'them. Made by `npm run compare`; the recordings lie beside the repository, not in it.',
    '',
    ...summary(files),
    '',
    '## Samples',
    '',
    '- **same**: every sample of every signal is ours, digital and physical, in every bit.',
    '- **digital**: the stored integers are ours; physical values differ in the last bits, for so many of the signals.',
    '- **values**: MNE gives physical values alone, voltages in volts: ours within 10⁻¹² of the larger limit. It',
    '  resamples signals to the highest rate of the file; those are not compared.',
    '- **clipped**: EDFlib clips to the digital limits; ours are the stored integers (finding EDF064 names them), and',
    '  clipped they are what EDFlib gives.',
    '- **no**: refused; why is below.',
    '',
    ...table(
      files.map((file) => [
        file.name,
        oursOf(file),
        ...peerNames.map((name) => cellOf(file.peers[name], file)),
      ]),
    ),
    '',
    '## Annotations',
    '',
    'How many of them. Where the texts and times are not ours, the differences follow, with the bytes that decide.',
    '',
    ...table(files.filter(hasAnnotations).map(annotationCounts)),
    '',
    ...files.flatMap((file) => peerNames.flatMap((name) => annotationDifferences(file, name))),
    '',
    '## Refusals',
    '',
    ...files.flatMap(refusalsOf),
    '',
  ].join('\n');
}

function summary(files: readonly ComparedFile[]): string[] {
  const readers = [
    `We read ${files.filter(({ file }) => file !== null).length} of them`,
    ...peerNames.map((name) => `${name} ${files.filter(({ peers }) => peers[name].refusal === null).length}`),
  ];
  const isReadByOther = ({ peers }: ComparedFile): boolean =>
    peerNames.some((name) => peers[name].refusal === null);
  const missed = files.filter((one) => one.file === null && isReadByOther(one));
  const alone = files.filter((one) => one.file !== null && !isReadByOther(one));
  return [
    `${readers.join(', ')}.`,
    missed.length === 0
      ? 'There is none that one of them reads and we do not.'
      : `Read by another and not by us: ${missed.map(({ name }) => name).join(', ')}.`,
    alone.length === 0 ? '' : `Read by us alone: ${alone.map(({ name }) => name).join(', ')}.`,
  ].filter((line) => line !== '');
}

function oursOf({ file, refusal }: ComparedFile): string {
  if (file === null) return refusal ?? 'no';
  const signals = file.header.signals.filter(({ isAnnotations }) => !isAnnotations).length;
  return `${file.header.variant}, ${signals} × ${file.dataRecordCount}`;
}

function cellOf({ refusal, signals }: PeerOutcome, { file }: ComparedFile): string {
  if (refusal !== null) return 'no';
  if (file === null) return 'yes';
  if (signals.length === 0) return 'no signals';
  const count = (verdict: SignalVerdict): number => signals.filter((one) => one === verdict).length;
  if (count('same') === signals.length) return 'same';
  const parts: [SignalVerdict, string][] = [
    ['same', 'same'],
    ['digital only', 'digital'],
    ['within rounding', 'values'],
    ['clipped', 'clipped'],
    ['resampled', 'resampled'],
    ['differs', '**differs**'],
    ['not ours', 'no signal of ours'],
  ];
  const said = parts.filter(([verdict]) => count(verdict) > 0);
  return said.length === 1
    ? said[0]![1]
    : said.map(([verdict, word]) => `${word} ${count(verdict)}`).join(', ');
}

function annotationCounts(file: ComparedFile): string[] {
  const counts = peerNames.map((name) => {
    const { annotations } = file.peers[name];
    if (annotations === null) return 'no';
    const isSame = annotationDifferences(file, name).length === 0;
    return isSame ? `${annotations.length}` : `**${annotations.length}**`;
  });
  return [file.name, String(file.read?.annotations.length ?? 'no'), ...counts];
}

function hasAnnotations({ read, peers }: ComparedFile): boolean {
  return (
    (read?.annotations.length ?? 0) > 0 ||
    peerNames.some((name) => (peers[name].annotations?.length ?? 0) > 0)
  );
}

function refusalsOf({ name, refusal, peers }: ComparedFile): string[] {
  const reasons = peerNames.flatMap((peer) => {
    const said = peers[peer].refusal;
    return said === null ? [] : [`  - ${peer}: ${oneLine(said)}`];
  });
  if (refusal !== null) reasons.unshift(`  - ours: ${refusal}`);
  return reasons.length === 0 ? [] : [`- ${name}`, ...reasons];
}

/** Without paths, which are those of one machine. */
function oneLine(said: string): string {
  const text = said.replace(/\/\S*\//g, '').replace(/\s+/g, ' ');
  return (text.length > 120 ? `${text.slice(0, 120)} …` : text).replace(/[|<>*_`]/g, '\\$&');
}

/** Aligned, as the formatter of the repository wants it. */
function table(rows: readonly (readonly string[])[]): string[] {
  const all = [['recording', 'ours', ...peerNames], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(3, ...all.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [all[0]!, rule, ...rows].map(line);
}
