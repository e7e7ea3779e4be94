// What we write, read by EDFlib, pyEDFlib, edfio and MNE.
// `npm test -- peers` installs them: EDF_PEERS_PYTHON is an interpreter, EDF_PEERS_EDFLIB a program.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteSourceFromBytes } from '../byte-source.ts';
import { readDigital, readPhysical } from '../data-record.ts';
import type { EdfFile } from '../open.ts';
import { openEdf } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import type { EdflibReading } from '../test-support/ask-edflib.ts';
import { askEdflib } from '../test-support/ask-edflib.ts';
import type { Readings } from '../test-support/ask-peers.ts';
import { askPeers, comparable, peerAnnotations } from '../test-support/ask-peers.ts';
import { peerCases, writtenCase } from '../test-support/peer-cases.ts';

(import.meta as unknown as { jest: { setTimeout(milliseconds: number): void } }).jest.setTimeout(180_000);

const peersPython = process.env.EDF_PEERS_PYTHON;
const edflibProgram = process.env.EDF_PEERS_EDFLIB;

test('the peers are here, or it is said that they are not', () => {
  if (peersPython !== undefined && edflibProgram !== undefined) {
    expect([existsSync(peersPython), existsSync(edflibProgram)]).toEqual([true, true]);
    return;
  }
  const message = 'EDF_PEERS_PYTHON or EDF_PEERS_EDFLIB is not set: the other readers were NOT asked.';
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(message);
});

const second = 1_000_000_000n;
const arePeersHere = peersPython !== undefined && edflibProgram !== undefined;
const describeWithPeers = arePeersHere ? describe : describe.skip;

describeWithPeers('what we write', () => {
  let folder: string;
  let readings: Map<string, Readings & { edflib: EdflibReading }>;
  const files = new Map<string, EdfFile>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edf-peers-'));
    const paths: string[] = [];
    for (const one of peerCases) {
      const bytes = await writtenCase(one);
      const path = join(folder, `${one.name}.${bytes[0] === 0xff ? 'bdf' : 'edf'}`);
      await writeFile(path, bytes);
      paths.push(path);
      files.set(one.name, await openEdf(byteSourceFromBytes(bytes)));
    }
    const asked = await askPeers(peersPython!, paths, '--values');
    const edflib = await askEdflib(edflibProgram!, paths, '--values');
    readings = new Map(
      peerCases.map(({ name }, index) => {
        const path = paths[index]!;
        return [name, { ...asked.get(path)!, edflib: edflib.get(path)! }];
      }),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(peerCases)(
    '$name: EDFlib, pyEDFlib and edfio read the same digital and physical values, bit for bit',
    async (one) => {
      const { name, change } = one;
      const file = files.get(name)!;
      const { edflib, pyedflib, edfio } = readings.get(name)!;
      // EDFlib, and pyEDFlib with it, refuses discontinuous files, whoever wrote them.
      expect(edflib.error !== undefined).toBe(change.variant?.endsWith('D') === true);
      if (change.variant?.endsWith('D') === true) expect(pyedflib.error).toContain('discontinuous');
      else expect(pyedflib.error).toBeUndefined();
      expect(edfio.error).toBeUndefined();
      for (const peer of [edflib, pyedflib, edfio]) {
        if (peer.error !== undefined) continue;
        const ordinary = file.header.signals.filter((signal) => !signal.isAnnotations);
        expect(peer.signals.map(({ label }) => label.trim())).toEqual(ordinary.map(({ label }) => label));
        for (const { index, samplesPerDataRecord } of ordinary) {
          const count = samplesPerDataRecord * file.dataRecordCount;
          expect(peer.signals[index]!.digital).toEqual([...(await readDigital(file, index, 0, count))]);
          expect(peer.signals[index]!.physical).toEqual([...(await readPhysical(file, index, 0, count))]);
        }
        const startNs = change.startOffsetNs ?? 0n;
        expect(comparable(peer.annotations, true)).toEqual(
          comparable(peerAnnotations(change.annotations ?? [], startNs), true),
        );
      }
    },
  );

  test.each(peerCases)('$name: MNE reads the same values and annotations', async ({ name, change }) => {
    const file = files.get(name)!;
    const { mne } = readings.get(name)!;
    expect(mne.error).toBeUndefined();
    const fastest = Math.max(
      ...file.header.signals.map((one) => (one.isAnnotations ? 0 : one.samplesPerDataRecord)),
    );
    for (const { index, isAnnotations, samplesPerDataRecord } of file.header.signals) {
      // MNE resamples all signals to the highest rate; those of that rate it leaves as they are.
      if (isAnnotations || samplesPerDataRecord !== fastest) continue;
      const ours = await readPhysical(file, index, 0, samplesPerDataRecord * file.dataRecordCount);
      const theirs = mne.signals[index]!.physical;
      expect(theirs).toHaveLength(ours.length);
      const { physicalMin, physicalMax } = file.header.signals[index]!;
      const tolerance = 1e-12 * Math.max(Math.abs(physicalMin), Math.abs(physicalMax));
      // Volts; its formula rounds in another order.
      ours.forEach((value, i) => expect(Math.abs(theirs[i]! * 1e6 - value)).toBeLessThanOrEqual(tolerance));
    }
    const startNs = change.startOffsetNs ?? 0n;
    expect(comparable(mne.annotations, false)).toEqual(
      comparable(peerAnnotations(change.annotations ?? [], startNs), false),
    );
  });

  // Each with the bytes that prove it: the fixed header says 23.15.30, the first TAL "+0.394531" or "+0.5".
  test('where a peer is wrong about the start: pyEDFlib misplaces the fraction, MNE drops it', () => {
    const { edflib, pyedflib, edfio, mne } = readings.get('subsecond')!;
    expect([edflib.start, edflib.startOffset100ns]).toEqual(['2026-11-22T23:15:30', 3_945_310]);
    expect(edfio.start).toBe('2026-11-22T23:15:30.394531');
    expect(pyedflib.start).toBe('2026-11-22T23:15:30.039453');
    expect(mne.start).toBe('2026-11-22T23:15:30');
  });

  // Data record 3 begins with "+100" 14 14 00; edfio and MNE put its first sample 3 s after the start.
  test('where a peer is wrong about gaps: edfio and MNE close them without a word', async () => {
    const { edfio, mne } = readings.get('plain-EDF+D')!;
    const { timeline } = await readAnnotations(files.get('plain-EDF+D')!);
    expect(timeline.runs.map(({ startNs }) => startNs)).toEqual([0n, 100n * second]);
    expect([edfio.signals[0]!.count, mne.signals[0]!.count]).toEqual([300, 300]);
  });
});
