// What other readers make of recordings; see libs/edf/peers.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WriteAnnotation } from '../write/encode-tal.ts';

const script = join(import.meta.dirname, '../../peers/read_with_peers.py');

export type PeerAnnotation = [onset: number, duration: number | null, text: string];
export interface PeerSignal {
  label: string;
  count: number;
  digital: number[];
  physical: number[];
  digitalSha256: string;
  physicalSha256: string;
  /** Of `mne-signals`: a file of float64 values. */
  dump: string;
}
export interface PeerReading {
  error?: string;
  signals: PeerSignal[];
  start: string;
  annotations: PeerAnnotation[];
}
export type Readings = Record<'pyedflib' | 'edfio' | 'mne' | 'mne-signals' | 'mne-annotations', PeerReading>;

/**
 * Asks `--peers` (all three by default) about files.
 *
 * @param python an interpreter with libs/edf/peers/requirements.txt
 * @returns what they read, by path
 */
export async function askPeers(
  python: string,
  files: string[],
  ...args: string[]
): Promise<Map<string, Readings>> {
  const { stdout } = await promisify(execFile)(python, [script, ...args, ...files], {
    maxBuffer: 1 << 30,
  });
  const lines = stdout.trim().split('\n');
  return new Map(
    lines.map((line) => {
      const { file, ...readings } = JSON.parse(line) as Readings & { file: string };
      return [file, readings];
    }),
  );
}

/** Onsets as the peers count them: from the first sample. */
export function peerAnnotations(list: readonly WriteAnnotation[], startNs: bigint): PeerAnnotation[] {
  const seconds = (ns: bigint): number => Number(ns) / 1e9;
  return list.map(({ onsetNs, durationNs, text }) => [
    seconds(onsetNs - startNs),
    durationNs === null || durationNs === undefined ? null : seconds(durationNs),
    text,
  ]);
}

/** Rounded to what EDFlib keeps, 100 ns; MNE has no "no duration". */
export function comparable(
  list: readonly PeerAnnotation[],
  hasNull: boolean,
  textLength = Infinity,
): string[] {
  return list
    .map(([onset, duration, text]) => {
      const length = duration === null && !hasNull ? 0 : duration;
      return `${onset.toFixed(6)} ${length?.toFixed(6)} ${text.slice(0, textLength)}`;
    })
    .sort();
}
