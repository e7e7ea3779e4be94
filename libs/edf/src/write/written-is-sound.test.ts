import fc from 'fast-check';
import { byteSourceFromBytes } from '../byte-source.ts';
import { checkEdf } from '../check/check-edf.ts';
import { isEdfError } from '../errors.ts';
import type { IntendedRecording } from '../test-support/arbitraries.ts';
import { arbitraryRecording, writeIntended } from '../test-support/arbitraries.ts';
import { goodOptions } from '../test-support/recordings.ts';
import { memorySink } from './edf-sink.ts';
import { createEdfWriter } from './edf-writer.ts';

/** What an author chooses and the writer takes as it is: other names and a unit, and a gap where gaps are announced. */
function wellNamed(intended: IntendedRecording): IntendedRecording {
  const signals = intended.options.signals.map((signal, index) => ({
    ...signal,
    label: `EEG ${index + 1}`,
    physicalDimension: 'uV',
  }));
  return { ...intended, options: { ...intended.options, signals } };
}
/** About the samples themselves, which here are random: at a limit, or more than an EEG has. */
const aboutSamples = ['EDF065', 'EDF066'];

test('whatever the writer writes is checked without an error or a warning', async () => {
  const recording = arbitraryRecording
    .filter(({ options, runs }) => !options.variant.endsWith('D') || runs.length > 1)
    .map(wellNamed);
  await fc.assert(
    fc.asyncProperty(recording, fc.integer({ min: 1, max: 30 }), async (intended, pieceLength) => {
      const { findings } = await checkEdf(byteSourceFromBytes(await writeIntended(intended, pieceLength)));
      const wrong = findings.filter(({ id, severity }) => severity !== 'info' && !aboutSamples.includes(id));
      expect(wrong).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test.each([
  ['localPatientIdentification', 'A Name'],
  ['localPatientIdentification', 'P-1 female 02-AUG-1951 A_Name'],
  ['localPatientIdentification', 'P-1 F 30-FEB-1951 A_Name'],
  ['localRecordingIdentification', 'night 1'],
  ['localRecordingIdentification', 'Startdate 22.11.2026 X X X'],
])('an EDF+ file whose %s is "%s" is refused before a byte is written', (field, text) => {
  const { signals, startDateTime, dataRecordDurationSeconds } = goodOptions('EDF+C');
  const options = {
    variant: 'EDF+C',
    signals,
    startDateTime,
    dataRecordDurationSeconds,
    [field]: text,
  } as const;
  const sink = memorySink();
  let refusal: unknown;
  try {
    createEdfWriter(sink, options);
  } catch (error) {
    refusal = error;
  }
  expect(isEdfError(refusal, 'write-value-invalid') && refusal.field).toBe(field);
  expect((refusal as Error).message).not.toContain(text);
  expect(sink.bytes()).toHaveLength(0);
  expect(() => createEdfWriter(memorySink(), { ...options, variant: 'EDF' })).not.toThrow();
});
