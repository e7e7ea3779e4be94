// What is cropped, split, joined, widened, repaired and de-identified, read by EDFlib, pyEDFlib, edfio and MNE.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteSource } from '../byte-source.ts';
import { byteSourceFromBytes } from '../byte-source.ts';
import { readDigital, readPhysical } from '../data-record.ts';
import { deidentify } from '../deidentify/deidentify.ts';
import type { EdfFile } from '../open.ts';
import { openEdf } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import type { RepairChoices } from '../repair/repair-catalogue.ts';
import { repairEdf } from '../repair/repair-edf.ts';
import { askEdflib } from '../test-support/ask-edflib.ts';
import { askPeers, comparable, peerAnnotations } from '../test-support/ask-peers.ts';
import { peerCases, writtenCase } from '../test-support/peer-cases.ts';
import { concatenated, goodRecording, latin1, withField } from '../test-support/recordings.ts';
import { spoiltRecordings } from '../test-support/spoilt-recordings.ts';
import { concatenateEdf } from './concatenate.ts';
import { convertEdf } from './convert.ts';
import { cropEdf } from './crop.ts';
import { collectBytes } from './edf-output.ts';
import { selectSignals } from './select-signals.ts';
import { splitDiscontinuous } from './split-discontinuous.ts';

(import.meta as unknown as { jest: { setTimeout(milliseconds: number): void } }).jest.setTimeout(180_000);

const peersPython = process.env.EDF_PEERS_PYTHON;
const edflibProgram = process.env.EDF_PEERS_EDFLIB;
const second = 1_000_000_000n;

const reopened = (bytes: Uint8Array): Promise<EdfFile> => openEdf(byteSourceFromBytes(bytes));
const caseOf = async (name: string): Promise<EdfFile> =>
  reopened(await writtenCase(peerCases.find((one) => one.name === name)!));

async function repaired(source: ByteSource, choices: RepairChoices = {}): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const repair = await repairEdf(source, choices);
  expect(repair.plan.changes).not.toEqual([]);
  await repair.write((chunk) => void chunks.push(chunk.slice()));
  return concatenated(chunks);
}

/** Of recordings that EDFlib refuses, or in which it reads something else. */
const broken: Record<string, Uint8Array> = {
  'repaired-cut.edf': spoiltRecordings.EDF017!,
  'repaired-count.edf': spoiltRecordings.EDF015!,
  'repaired-shift.edf': concatenated([
    goodRecording('EDF+C').subarray(0, 88),
    latin1('xx'),
    goodRecording('EDF+C').subarray(88),
  ]),
  'repaired-tals.edf': spoiltRecordings.EDF058!,
  'repaired-marker.edf': spoiltRecordings.EDF055!,
  'repaired-date.edf': spoiltRecordings.EDF007!,
  'repaired-header-size.edf': withField(goodRecording('EDF+C'), 'headerByteLength', '512'),
};

async function outputs(): Promise<Map<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  const subsecond = await caseOf('subsecond');
  const discontinuous = await caseOf('plain-EDF+D');
  const parts = await splitDiscontinuous(discontinuous);
  const partFiles: EdfFile[] = [];
  for (const part of parts) partFiles.push(await reopened(await collectBytes(part.bytes())));
  const made = {
    'cropped.edf': await cropEdf(subsecond, { fromNs: 2n * second, toNs: 4n * second }),
    'selected.edf': await selectSignals(subsecond, [0]),
    'split.edf': parts[1]!,
    'joined.edf': await concatenateEdf(partFiles),
    'widened.bdf': await convertEdf(subsecond, 'BDF+C'),
    'plain.edf': await convertEdf(await caseOf('plain-EDF+C'), 'EDF', { dropAnnotations: true }),
    'deidentified.edf': await deidentify(await caseOf('plain-EDF+C')),
    'deidentified.bdf': await deidentify(await caseOf('plain-BDF+C'), { keepTimeOfDay: true }),
  };
  for (const [name, output] of Object.entries(made)) all.set(name, await collectBytes(output.bytes()));
  for (const [name, bytes] of Object.entries(broken))
    all.set(name, await repaired(byteSourceFromBytes(bytes)));
  return all;
}

const arePeersHere = peersPython !== undefined && edflibProgram !== undefined;
(arePeersHere ? test : test.skip)(
  'what is cropped, split, joined, widened, repaired and de-identified has equal numbers for all of them',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'edf-peers-'));
    try {
      const files = await outputs();
      const paths = [...files.keys()].map((name) => join(folder, name));
      for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
      const asked = await askPeers(peersPython!, paths, '--values');
      const edflibs = await askEdflib(edflibProgram!, paths, '--values');
      for (const [name, bytes] of files) {
        const path = join(folder, name);
        const { pyedflib, edfio, mne } = asked.get(path)!;
        const edflib = edflibs.get(path)!;
        const file = await reopened(bytes);
        const isDiscontinuous = file.header.variant.endsWith('D');
        const errors = [edflib, pyedflib, edfio, mne].map(({ error }) => error !== undefined);
        expect([name, ...errors]).toEqual([name, isDiscontinuous, isDiscontinuous, false, false]);
        const ordinary = file.header.signals.filter(({ isAnnotations }) => !isAnnotations);
        for (const peer of isDiscontinuous ? [edfio] : [edflib, pyedflib, edfio]) {
          expect([name, peer.signals.length]).toEqual([name, ordinary.length]);
          for (const [place, { index, samplesPerDataRecord }] of ordinary.entries()) {
            const count = samplesPerDataRecord * file.dataRecordCount;
            const theirs = peer.signals[place]!;
            expect([name, theirs.digital]).toEqual([name, [...(await readDigital(file, index, 0, count))]]);
            expect([name, theirs.physical]).toEqual([name, [...(await readPhysical(file, index, 0, count))]]);
          }
        }
        const { annotations, timeline } = await readAnnotations(file);
        const expected = peerAnnotations(annotations, timeline.runs[0]!.startNs);
        for (const peer of isDiscontinuous ? [edfio] : [edflib, pyedflib, edfio])
          expect([name, comparable(peer.annotations, true)]).toEqual([name, comparable(expected, true)]);
        expect([name, comparable(mne.annotations, false)]).toEqual([name, comparable(expected, false)]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
