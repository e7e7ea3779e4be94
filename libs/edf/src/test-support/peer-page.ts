import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerName } from './peer-comparison.ts';
import { compareWithPeers } from './peer-comparison.ts';
import { peerTable } from './peer-table.ts';

const corpus = join(import.meta.dirname, '../../../../../shared/corpus/files');
const requirements = join(import.meta.dirname, '../../peers/requirements.txt');

/** Where the page is. */
export const peerPagePath = join(import.meta.dirname, '../../../../docs/peers.md');

/** Whether the recordings lie beside the repository. */
export const isCorpusHere = existsSync(corpus);

/** docs/peers.md as it would be written now. */
export async function peerPage(programs: { python: string; edflib: string }): Promise<string> {
  const paths = readdirSync(corpus)
    .filter((name) => /\.(edf|bdf|rec)$/i.test(name))
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map((name) => join(corpus, name));
  const pins = readFileSync(requirements, 'utf8');
  const pinned = (name: string): string => new RegExp(`^${name}==(.+)$`, 'im').exec(pins)![1]!;
  const versions: Record<PeerName, string> = {
    EDFlib: execFileSync(programs.edflib, ['--version'], { encoding: 'utf8' }).trim(),
    pyEDFlib: pinned('pyedflib'),
    MNE: pinned('mne'),
    edfio: pinned('edfio'),
  };
  return peerTable(await compareWithPeers(paths, programs), versions);
}
