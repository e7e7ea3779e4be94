// Real recordings, compared with what EDFlib 1.23 reads from them. They lie beside the repository, not in it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteSourceFromBytes } from './byte-source.ts';
import { readDigital, readPhysical } from './data-record.ts';
import { isEdfError } from './errors.ts';
import { checkHeader } from './header.ts';
import type { SignalHeader } from './header.ts';
import type { EdfFile } from './open.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import { corpusFolder as corpus, describeWithCorpus } from './test-support/corpus.ts';

const isThere = existsSync(join(corpus, 'expected/peers.json'));

interface EdflibSignal {
  label: string;
  read: number;
  spr: number;
  dsum: number;
  fnv1a32_i32le: number;
  p0: number;
  plast: number;
}
interface Edflib {
  ok: boolean;
  signals: number;
  records: number;
  start: string;
  subsec100ns: number;
  nann: number;
  sig: EdflibSignal[];
  ann: [onset100ns: number, duration: string, text: string][];
}

const peers: [string, Edflib][] = isThere
  ? Object.entries(
      JSON.parse(readFileSync(join(corpus, 'expected/peers.json'), 'utf8')) as Record<
        string,
        { 'edflib-1.23': Edflib }
      >,
    ).map(([name, readers]) => [name, readers['edflib-1.23']])
  : [];

/** EDFlib clips samples to the digital limits; these signals (by index) hold samples outside them. */
const clippedByEdflib: Record<string, number[]> = {
  'Alvw-ekg.bdf': [1],
  'maxsivkov-1000.edf': [0, 1],
};

/** EDFlib reads decimal limits by its own arithmetic, one unit in the last place off for these signals. */
const limitsRoundedByEdflib: Record<string, number[]> = { 'Frederic-vW-test.edf': [22] };

/** Without the EDF+ marker EDFlib takes the annotations signal for an ordinary one; we read its 2 annotations. */
const annotationsWithoutMarker: Record<string, number> = { 'holgern-test_legacy.edf': 2 };

/** What we read from the files that EDFlib refuses: signals, data records, annotations; or the error code. */
const refusedByEdflib: Record<string, [signals: number, records: number, annotations: number] | string> = {
  'Alvw-v3.edf': [2, 0, 0],
  'BitFlaker-EDF+_normal.edf': [2, 5, 5],
  'LiorBanai-annotations.edf': [0, 8, 2036],
  'MIOB-invalid.edf': [74, 24_000, 0],
  'MIT-LCP-test_generator_2.edf': [11, 600, 2],
  'Pixpipe-GD001L35v_2.edf': [1, 68, 0],
  'Pixpipe-GD002R13t4.edf': [1, 68, 0],
  'Pixpipe-GD002R17h1.edf': [1, 68, 0],
  'Pixpipe-GD002R29h13.edf': [1, 68, 0],
  'bleemesser-S001R01.edf': [64, 61, 1],
  'nsrr-invalid-date.edf': [14, 0, 0],
  'nsrr-zero-data-records.edf': [14, 0, 0],
  'preraulab-test.edf': [20, 350, 11],
  'preraulab-test-b4638b.edf': 'header-field-invalid',
};

/** The finding that says why each of them is unusual. */
const reasonOfRefusal: Record<string, string> = {
  'Alvw-v3.edf': 'EDF017',
  'BitFlaker-EDF+_normal.edf': 'EDF052',
  'MIOB-invalid.edf': 'EDF003',
  'MIT-LCP-test_generator_2.edf': 'EDF004',
  'Pixpipe-GD001L35v_2.edf': 'EDF005',
  'Pixpipe-GD002R13t4.edf': 'EDF005',
  'Pixpipe-GD002R17h1.edf': 'EDF005',
  'Pixpipe-GD002R29h13.edf': 'EDF005',
  'bleemesser-S001R01.edf': 'EDF047',
  'nsrr-invalid-date.edf': 'EDF016',
  'nsrr-zero-data-records.edf': 'EDF016',
  'preraulab-test.edf': 'EDF019',
  'preraulab-test-b4638b.edf': 'EDF034',
};

const bytesOf = (name: string): Uint8Array => readFileSync(join(corpus, 'files', name));
const open = (name: string): Promise<EdfFile> => openEdf(byteSourceFromBytes(bytesOf(name)));
const ordinaryOf = (file: EdfFile): SignalHeader[] =>
  file.header.signals.filter((signal) => !signal.isAnnotations);
const sampleCount = (file: EdfFile, signal: SignalHeader): number =>
  signal.samplesPerDataRecord * file.dataRecordCount;

// In jest's VM context each look-up of a global costs more than the arithmetic.
const { imul } = Math;

/** What EDFlib makes of stored integers: clipped to [lowest, highest], their sum and FNV-1a (32 bit, int32 bytes). */
function clippedDigest(
  values: Int32Array,
  lowest: number,
  highest: number,
): { clipped: number; sum: number; fnv1a: number } {
  let clipped = 0;
  let sum = 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < values.length; i++) {
    const stored = values[i]!;
    const value = stored < lowest ? lowest : stored > highest ? highest : stored;
    if (value !== stored) clipped++;
    sum += value;
    hash = imul(hash ^ (value & 0xff), 0x01000193);
    hash = imul(hash ^ ((value >> 8) & 0xff), 0x01000193);
    hash = imul(hash ^ ((value >> 16) & 0xff), 0x01000193);
    hash = imul(hash ^ (value >>> 24), 0x01000193);
  }
  return { clipped, sum, fnv1a: hash >>> 0 };
}

const read = peers.filter(([, edflib]) => edflib.ok);
const refused = peers.filter(([, edflib]) => !edflib.ok);

describeWithCorpus('nothing is compared with EDFlib')('the corpus', () => {
  test.each(read)('%s has the signals, samples and values that EDFlib reads', async (name, edflib) => {
    const file = await open(name);
    const ordinary = ordinaryOf(file);
    const expected = name in annotationsWithoutMarker ? edflib.sig.slice(0, -1) : edflib.sig;
    expect(ordinary.map(({ label }) => label)).toEqual(expected.map(({ label }) => label.trim()));
    expect(ordinary.map((signal) => sampleCount(file, signal))).toEqual(
      expected.map((signal) => signal.read),
    );
    expect(file.dataRecordCount).toBe(edflib.records);
    expect(file.header.startDateTime).toBe(edflib.start);
    const clipped: number[] = [];
    const rounded: number[] = [];
    for (const [nth, signal] of ordinary.entries()) {
      const peer = expected[nth]!;
      const count = sampleCount(file, signal);
      const digital = await readDigital(file, signal.index, 0, count);
      const digest = clippedDigest(digital, signal.digitalMin, signal.digitalMax);
      expect([digest.sum, digest.fnv1a]).toEqual([peer.dsum, peer.fnv1a32_i32le]);
      if (digest.clipped > 0) {
        clipped.push(signal.index);
        continue;
      }
      const physical = await readPhysical(file, signal.index, 0, count);
      if (physical[0] !== peer.p0 || physical[count - 1] !== peer.plast) rounded.push(signal.index);
      expect(physical[0]).toBeCloseTo(peer.p0, 10);
    }
    expect(clipped).toEqual(clippedByEdflib[name] ?? []);
    expect(rounded).toEqual(limitsRoundedByEdflib[name] ?? []);
  });

  test.each(read)('%s has the annotations that EDFlib reads', async (name, edflib) => {
    const { annotations, timeline } = await readAnnotations(await open(name));
    if (name in annotationsWithoutMarker) {
      expect([annotations.length, edflib.nann]).toEqual([annotationsWithoutMarker[name], 0]);
      return;
    }
    expect(annotations).toHaveLength(edflib.nann);
    expect(timeline.runs).toHaveLength(1);
    // EDFlib counts onsets from the start of record 0, in units of 100 ns.
    const startNs = timeline.runs[0]!.startNs;
    const ours = annotations.map(({ onsetNs, durationText }) => [
      Number((onsetNs - startNs) / 100n),
      durationText ?? '',
    ]);
    expect(ours).toEqual(edflib.ann.map(([onset, duration]) => [onset, duration]));
  });

  test.each(refused)(
    '%s, which EDFlib refuses, is read as far as its samples can be located',
    async (name) => {
      const bytes = bytesOf(name);
      let result: (typeof refusedByEdflib)[string];
      const { findings } = checkHeader(bytes, bytes.length);
      const ids = findings.map(({ id }) => id);
      try {
        const file = await openEdf(byteSourceFromBytes(bytes));
        const read = await readAnnotations(file);
        ids.push(...read.findings.map(({ id }) => id));
        result = [ordinaryOf(file).length, file.dataRecordCount, read.annotations.length];
        for (const signal of ordinaryOf(file)) {
          const count = sampleCount(file, signal);
          expect(await readDigital(file, signal.index, 0, count)).toHaveLength(count);
        }
      } catch (error) {
        if (!isEdfError(error)) throw error;
        result = error.code;
      }
      expect(result).toEqual(refusedByEdflib[name]);
      // LiorBanai-annotations.edf breaks no rule: EDFlib takes its data records of 0 s to be contiguous in time.
      if (name in reasonOfRefusal) expect(ids).toContain(reasonOfRefusal[name]);
      else expect(ids).toEqual([]);
    },
  );

  test('every file of the corpus is accounted for', () => {
    expect(refused.map(([name]) => name).sort()).toEqual(Object.keys(refusedByEdflib).sort());
    expect(peers).toHaveLength(48);
  });
});
