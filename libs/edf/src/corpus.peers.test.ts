// Real recordings, read by pyEDFlib, MNE and us. They lie beside the repository, not in it.
// Needs a Python with libs/edf/peers/requirements.txt: EDF_PEERS_PYTHON is its interpreter.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteSourceFromBytes } from './byte-source.ts';
import { readDigital, readPhysical } from './data-record.ts';
import { isEdfError } from './errors.ts';
import type { EdfFile } from './open.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import type { Readings } from './test-support/ask-peers.ts';
import { askPeers, comparable, peerAnnotations } from './test-support/ask-peers.ts';

(import.meta as unknown as { jest: { setTimeout(milliseconds: number): void } }).jest.setTimeout(180_000);

const peersPython = process.env.EDF_PEERS_PYTHON;

const corpus = join(import.meta.dirname, '../../../../shared/corpus/files');
const isCorpusHere = existsSync(corpus);

/** EDFlib reads decimal limits by its own arithmetic, one unit in the last place off for this signal. */
const limitsRoundedByEdflib: Record<string, number[]> = { 'Frederic-vW-test.edf': [22] };
/** Without the EDF+ marker EDFlib takes the annotations signal for an ordinary one. */
const annotationsTakenForSamples = ['holgern-test_legacy.edf'];
/**
 * Where MNE is wrong. LiorBanai: texts may hold CR and LF [EDF+ 2.2.3], MNE drops the TALs that do, whole: that at
 * byte 517 (`-1` 14 `<?xml version="1.0"?>` 0D 0A …) and that at byte 1973 (`+39780.06` 14 `Lights off@@Resp nasal`
 * 14 `<?xml …`, five texts), so "Lights off" is lost. UiL: byte 133179 is B1 (`RS232 Trigger: 177('±')` in Latin-1);
 * MNE reads no annotation at all.
 */
const mneIsWrong: Record<string, { missing: number } | { error: string }> = {
  'LiorBanai-annotations.edf': { missing: 6 },
  'UiL-OTS-labs-ExampleEDFPlusFile_BioTrace_Sourced_.edf': { error: 'UnicodeDecodeError' },
};

if (!isCorpusHere)
  console.warn('The corpus lies beside the repository and is not here: it was NOT compared.');
const describeCorpus = peersPython !== undefined && isCorpusHere ? describe : describe.skip;

describeCorpus('real recordings', () => {
  const names = isCorpusHere ? readdirSync(corpus).filter((name) => /\.(edf|bdf|rec)$/i.test(name)) : [];
  let readings: Map<string, Readings>;
  beforeAll(async () => {
    readings = await askPeers(
      peersPython!,
      names.map((name) => join(corpus, name)),
      '--peers',
      'pyedflib,mne-annotations',
    );
  });
  const sha256 = (values: Int32Array | Float64Array): string =>
    createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');

  async function openedOrNull(name: string): Promise<EdfFile | null> {
    try {
      return await openEdf(byteSourceFromBytes(readFileSync(join(corpus, name))));
    } catch (error) {
      if (isEdfError(error)) return null;
      throw error;
    }
  }

  test('digital and physical values are those of pyEDFlib, bit for bit, in every file that it opens', async () => {
    let compared = 0;
    for (const name of names) {
      const { pyedflib } = readings.get(join(corpus, name))!;
      if (pyedflib.error !== undefined || annotationsTakenForSamples.includes(name)) continue;
      const file = (await openedOrNull(name))!;
      const ordinary = file.header.signals.filter((signal) => !signal.isAnnotations);
      expect([name, pyedflib.signals.length]).toEqual([name, ordinary.length]);
      for (const [i, { index, samplesPerDataRecord }] of ordinary.entries()) {
        const count = samplesPerDataRecord * file.dataRecordCount;
        const digital = sha256(await readDigital(file, index, 0, count));
        expect([name, index, pyedflib.signals[i]!.digitalSha256]).toEqual([name, index, digital]);
        const isSame =
          pyedflib.signals[i]!.physicalSha256 === sha256(await readPhysical(file, index, 0, count));
        expect([name, index, isSame]).toEqual([
          name,
          index,
          limitsRoundedByEdflib[name]?.includes(i) !== true,
        ]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(250);
  });

  test('annotations are those of MNE, but for the files in which MNE is wrong', async () => {
    let compared = 0;
    for (const name of names) {
      const theirs = readings.get(join(corpus, name))!['mne-annotations'];
      const file = await openedOrNull(name);
      const wrong = mneIsWrong[name];
      if (theirs.error !== undefined) {
        if (file !== null)
          expect([name, theirs.error]).toEqual([
            name,
            expect.stringContaining((wrong as { error: string })?.error),
          ]);
        continue;
      }
      if (file === null) {
        // MNE searches for TALs without reading the header; there are none in the file that we cannot read.
        expect([name, theirs.annotations]).toEqual([name, []]);
        continue;
      }
      const read = await readAnnotations(file);
      const startNs = read.timeline.runs[0]?.startNs ?? 0n;
      const ours = comparable(peerAnnotations(read.annotations, startNs), false);
      const known = new Map<string, number>();
      for (const one of comparable(theirs.annotations, false)) known.set(one, (known.get(one) ?? 0) + 1);
      const missing = ours.filter((one) => {
        const left = known.get(one) ?? 0;
        known.set(one, left - 1);
        return left <= 0;
      });
      expect([name, missing.length]).toEqual([
        name,
        wrong !== undefined && 'missing' in wrong ? wrong.missing : 0,
      ]);
      expect([name, theirs.annotations.length]).toEqual([name, ours.length - missing.length]);
      compared += theirs.annotations.length;
    }
    expect(compared).toBeGreaterThan(4000);
  });
});
