// What `npm run fuzz` has found, each made as plain as it can be; and a short run of it.
import { fuzz } from './test-support/fuzzing/fuzz-loop.ts';
import { fuzzSeeds } from './test-support/fuzzing/fuzz-seeds.ts';
import { fuzzTargets } from './test-support/fuzzing/fuzz-targets.ts';
import { runTarget } from './test-support/fuzzing/run-target.ts';
import {
  goodOptions,
  goodRecording,
  recordingBytes,
  withField,
  withSignalField,
} from './test-support/recordings.ts';
import { encodeHeader } from './write.ts';

/** The bytes with 0x00 in the place of the sign of an onset. */
function withoutSign(bytes: Uint8Array, onset: string): Uint8Array {
  const changed = bytes.slice();
  changed[Buffer.from(bytes).indexOf(onset)] = 0;
  return changed;
}

const found: [what: string, target: string, bytes: Uint8Array][] = [
  [
    'a patient whose number is also a digital limit',
    'deidentify',
    withField(goodRecording('EDF'), 'localPatientIdentification', '32767'),
  ],
  [
    'a patient called EDF+C, like the marker of the format',
    'deidentify',
    withField(goodRecording('EDF+C'), 'localPatientIdentification', 'EDF+C'),
  ],
  [
    'a patient called EDF_Annotations, like the label of the format',
    'deidentify',
    withField(goodRecording('EDF+C'), 'localPatientIdentification', 'EDF_Annotations'),
  ],
  [
    'a technician called Startdáte, like the word of the format but for the accent',
    'deidentify',
    withField(goodRecording('EDF'), 'localRecordingIdentification', 'Startd\xe1te'),
  ],
  [
    'a patient whose subfields are kept apart by a byte that ends an onset in annotations',
    'deidentify',
    withField(
      recordingBytes(goodOptions('EDF+C', { localPatientIdentification: '' }), [
        { annotations: [{ onsetSeconds: 2, text: 'Lights' }] },
      ]),
      'localPatientIdentification',
      '+2\x14Lights',
    ),
  ],
  [
    'a patient whose number is also in an onset',
    'deidentify',
    recordingBytes(goodOptions('EDF+C', { localPatientIdentification: '394531 X X X' }), [
      { annotations: [{ onsetSeconds: 0.394531, text: 'Lights' }] },
    ]),
  ],
  [
    'a patient whose number is also in an onset that has lost its sign',
    'deidentify',
    withoutSign(
      recordingBytes(goodOptions('EDF+C', { localPatientIdentification: '10980 X X X' }), [
        { annotations: [{ onsetSeconds: 10_980, text: 'Lights' }] },
      ]),
      '+10980',
    ),
  ],
  [
    'a filter that becomes a telephone number without its control byte',
    'deidentify',
    withSignalField(goodRecording('EDF'), 'prefiltering', 0, '0\x14 00 00'),
  ],
  [
    'a label that would become that of an annotations signal without its control byte',
    'deidentify',
    withSignalField(goodRecording('EDF'), 'label', 1, 'EDF\0Annotations'),
  ],
  [
    'prefilterings of many filters with one letter too many',
    'header',
    encodeHeader(
      goodOptions('EDF', {
        dataRecordCount: 0,
        signals: Array.from({ length: 40 }, (_, index) => ({
          ...goodOptions('EDF').signals[0]!,
          prefiltering: `${'N:1 '.repeat(18)}N:${index}!`,
        })),
      }),
    ),
  ],
];

test.each(found)('%s is dealt with (%s)', async (_what, target, bytes) => {
  expect(await runTarget(fuzzTargets, target, bytes)).toBeNull();
});

test('every sound recording and every spoilt one keeps all that is promised for any bytes', async () => {
  for (const bytes of fuzzSeeds())
    for (const target of Object.keys(fuzzTargets))
      expect(await runTarget(fuzzTargets, target, bytes)).toBeNull();
}, 30_000);

test('a few thousand mutated recordings keep all that is promised for any bytes', async () => {
  const failures: string[] = [];
  const startedAt = performance.now();
  const { inputs } = await fuzz({
    seed: 2026,
    seeds: fuzzSeeds(),
    isOver: (state) => state.inputs >= 3000 || performance.now() - startedAt > 8000,
    onFailure: ({ reason }) => void failures.push(reason),
  });
  expect(failures).toEqual([]);
  expect(inputs).toBeGreaterThan(300);
}, 30_000);

test('the loop finds what is broken: a promise that is not kept is told once, with its reason', async () => {
  const failures: string[] = [];
  const broken = goodRecording('EDF');
  const header = (bytes: Uint8Array): void => {
    if (bytes.length < broken.length) throw new RangeError(`shorter by ${broken.length - bytes.length}`);
  };
  await fuzz({
    seed: 1,
    seeds: [broken],
    targets: { header },
    isOver: ({ failures: told, inputs }) => told > 0 || inputs > 20_000,
    onFailure: ({ reason }) => void failures.push(reason),
  });
  expect(failures).toEqual([expect.stringContaining('header: RangeError: shorter by N')]);
});
