// What other readers and ours make of recordings: the facts of docs/peers.md.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { byteSourceFromBytes } from '../byte-source.ts';
import { readDigital, readPhysical } from '../data-record.ts';
import { isEdfError } from '../errors.ts';
import type { SignalHeader } from '../header.ts';
import type { EdfFile } from '../open.ts';
import { openEdf } from '../open.ts';
import type { RecordingAnnotations } from '../read-annotations.ts';
import { readAnnotations } from '../read-annotations.ts';
import type { EdflibSignal } from './ask-edflib.ts';
import { askEdflib, fnv1a } from './ask-edflib.ts';
import type { PeerAnnotation, PeerReading } from './ask-peers.ts';
import { askPeers } from './ask-peers.ts';

export const peerNames = ['EDFlib', 'pyEDFlib', 'MNE', 'edfio'] as const;
export type PeerName = (typeof peerNames)[number];

/** What the samples of a signal are for another reader: as ours in every bit, nearly so, or others. */
export type SignalVerdict =
  'same' | 'digital only' | 'within rounding' | 'clipped' | 'resampled' | 'differs' | 'not ours';

/** What one reader makes of one recording. */
export interface PeerOutcome {
  /** Why it does not read the samples; null when it does. */
  readonly refusal: string | null;
  /** Of ordinary signals. */
  readonly signals: readonly SignalVerdict[];
  /** Null when it does not read them. */
  readonly annotations: readonly PeerAnnotation[] | null;
}

export interface ComparedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Null when we refuse it. */
  readonly file: EdfFile | null;
  readonly refusal: string | null;
  readonly read: RecordingAnnotations | null;
  readonly peers: Readonly<Record<PeerName, PeerOutcome>>;
}

/** @param programs of `npm run peers`: `EDF_PEERS_PYTHON`, `EDF_PEERS_EDFLIB` */
export async function compareWithPeers(
  paths: string[],
  programs: { python: string; edflib: string },
): Promise<ComparedFile[]> {
  const folder = mkdtempSync(join(tmpdir(), 'edf-peers-'));
  try {
    const edflibs = await askEdflib(programs.edflib, paths);
    const names = 'pyedflib,edfio,mne-signals,mne-annotations';
    const others = await askPeers(programs.python, paths, '--dump', folder, '--peers', names);
    const compared: ComparedFile[] = [];
    for (const path of paths) {
      const bytes = new Uint8Array(readFileSync(path));
      const ours = await openOurs(bytes);
      const { pyedflib, edfio, ...mne } = others.get(path)!;
      const edflib = edflibs.get(path)!;
      const digests = ours.file === null ? [] : await digestsOf(ours.file);
      compared.push({
        name: basename(path),
        bytes,
        ...ours,
        peers: {
          EDFlib: {
            refusal: edflib.error === undefined ? null : `error ${edflib.error}`,
            annotations: edflib.error === undefined ? edflib.annotations : null,
            signals: (edflib.signals ?? []).map((one, i) => edflibVerdict(one, digests[i])),
          },
          pyEDFlib: outcomeOf(pyedflib, digests),
          edfio: outcomeOf(edfio, digests),
          MNE: {
            refusal: mne['mne-signals'].error ?? null,
            annotations: mne['mne-annotations'].annotations ?? null,
            signals: await mneSignals(mne['mne-signals'], ours.file),
          },
        },
      });
    }
    return compared;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Digests {
  readonly digitalFnv1a: number;
  /** After clipping to the digital limits. */
  readonly clippedFnv1a: number;
  readonly physicalFnv1a: number;
  readonly digitalSha256: string;
  readonly physicalSha256: string;
}

async function openOurs(
  bytes: Uint8Array,
): Promise<{ file: EdfFile | null; read: RecordingAnnotations | null; refusal: string | null }> {
  try {
    const file = await openEdf(byteSourceFromBytes(bytes));
    return { file, read: await readAnnotations(file), refusal: null };
  } catch (error) {
    if (!isEdfError(error)) throw error;
    return { file: null, read: null, refusal: `\`${error.code}\`` };
  }
}

const ordinarySignals = ({ header }: EdfFile) => header.signals.filter(({ isAnnotations }) => !isAnnotations);
const sha256 = (values: Int32Array | Float64Array): string =>
  createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');

async function digestsOf(file: EdfFile): Promise<Digests[]> {
  const digests: Digests[] = [];
  for (const { index, samplesPerDataRecord, digitalMin, digitalMax } of ordinarySignals(file)) {
    const count = samplesPerDataRecord * file.dataRecordCount;
    const digital = await readDigital(file, index, 0, count);
    const physical = await readPhysical(file, index, 0, count);
    digests.push({
      digitalFnv1a: fnv1a(digital),
      clippedFnv1a: fnv1a(digital.map((value) => Math.max(digitalMin, Math.min(digitalMax, value)))),
      physicalFnv1a: fnv1a(physical),
      digitalSha256: sha256(digital),
      physicalSha256: sha256(physical),
    });
  }
  return digests;
}

function outcomeOf(peer: PeerReading, digests: readonly Digests[]): PeerOutcome {
  if (peer.error !== undefined) return { refusal: peer.error, signals: [], annotations: null };
  const signals = peer.signals.map((one, i) =>
    verdict(
      digests[i],
      one.digitalSha256 === digests[i]?.digitalSha256,
      one.physicalSha256 === digests[i]?.physicalSha256,
    ),
  );
  return { refusal: null, signals, annotations: peer.annotations };
}

function edflibVerdict(
  { digitalFnv1a, physicalFnv1a }: EdflibSignal,
  ours: Digests | undefined,
): SignalVerdict {
  const isSame = digitalFnv1a === ours?.digitalFnv1a;
  if (!isSame && digitalFnv1a === ours?.clippedFnv1a) return 'clipped';
  return verdict(ours, isSame, physicalFnv1a === ours?.physicalFnv1a);
}

function verdict(ours: Digests | undefined, isDigitalSame: boolean, isPhysicalSame: boolean): SignalVerdict {
  if (ours === undefined) return 'not ours';
  if (!isDigitalSame) return 'differs';
  return isPhysicalSame ? 'same' : 'digital only';
}

/** MNE gives physical values alone, voltages in volts, and resamples all signals to the highest rate. */
async function mneSignals(mne: PeerReading, file: EdfFile | null): Promise<PeerOutcome['signals']> {
  if (mne.error !== undefined || file === null) return [];
  const ordinary = ordinarySignals(file);
  const verdicts: SignalVerdict[] = [];
  for (const [i, { count, dump }] of mne.signals.entries()) {
    const signal = ordinary[i];
    if (signal === undefined) {
      verdicts.push('not ours');
      continue;
    }
    const ourCount = signal.samplesPerDataRecord * file.dataRecordCount;
    const buffer = readFileSync(dump);
    const theirs = new Float64Array(
      buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length),
    );
    const ours = await readPhysical(file, signal.index, 0, ourCount);
    if (count !== ourCount) verdicts.push('resampled');
    else verdicts.push(verdictOfVolts(theirs, ours, signal));
  }
  return verdicts;
}

function verdictOfVolts(
  theirs: Float64Array,
  ours: Float64Array,
  { physicalMin, physicalMax }: SignalHeader,
): SignalVerdict {
  const tolerance = 1e-12 * Math.max(Math.abs(physicalMin), Math.abs(physicalMax));
  for (const factor of [1, 1e3, 1e6]) {
    if (theirs.every((value, i) => value * factor === ours[i])) return 'same';
    if (theirs.every((value, i) => Math.abs(value * factor - ours[i]!) <= tolerance))
      return 'within rounding';
  }
  return 'differs';
}
