// Properties: what is written is what is read.
import fc from 'fast-check';
import { byteSourceFromBytes } from './byte-source.ts';
import { readDigital } from './data-record.ts';
import { isEdfError } from './errors.ts';
import type { EdfVariant } from './header.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import { recordingBytes } from './test-support/recordings.ts';
import type { WriteOptions, WriteRecord, WriteSignal } from './write.ts';

const variant = fc.constantFrom<EdfVariant>('EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D');
const asciiText = (maxLength: number): fc.Arbitrary<string> =>
  fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/).filter((text) => text.length <= maxLength);
const limits = (lowest: number, highest: number): fc.Arbitrary<[number, number]> =>
  fc
    .tuple(fc.integer({ min: lowest, max: highest }), fc.integer({ min: lowest, max: highest }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);

const signal: fc.Arbitrary<WriteSignal> = fc
  .tuple(
    asciiText(16),
    asciiText(8),
    limits(-9_999, 99_999),
    limits(-32_768, 32_767),
    fc.integer({ min: 1, max: 40 }),
  )
  .map(
    ([
      label,
      physicalDimension,
      [physicalMin, physicalMax],
      [digitalMin, digitalMax],
      samplesPerDataRecord,
    ]) => ({
      label: label.includes('Annotations') ? 'EEG Fpz-Cz' : label,
      physicalDimension,
      physicalMin: physicalMin / 10,
      physicalMax: physicalMax / 10,
      digitalMin,
      digitalMax,
      samplesPerDataRecord,
    }),
  );

const options: fc.Arbitrary<WriteOptions> = fc
  .tuple(
    variant,
    fc.array(signal, { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 1, max: 4 }),
    asciiText(80),
  )
  .chain(([variantOf, signals, dataRecordCount, localPatientIdentification]) =>
    fc.record({
      variant: fc.constant(variantOf),
      startDateTime: fc.constantFrom(
        '1985-01-01T00:00:00',
        '2026-11-22T23:59:59',
        '2084-12-31T12:00:00',
        '2100-02-28T01:02:03',
      ),
      dataRecordDurationSeconds: fc.constantFrom(0.024, 0.5, 1, 1.0284, 30, 86_400),
      signals: fc.constant(signals),
      dataRecordCount: fc.constant(dataRecordCount),
      localPatientIdentification: fc.constant(localPatientIdentification),
      annotationsBytesPerRecord: fc.constant(600),
    }),
  );

const seconds = fc
  .integer({ min: -1_000_000, max: 1_000_000_000 })
  .map((milliseconds) => milliseconds / 1000);
const annotation = fc.record(
  {
    onsetSeconds: seconds,
    durationSeconds: fc.integer({ min: 0, max: 1_000_000 }).map((milliseconds) => milliseconds / 1000),
    text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => isText(text)),
  },
  { requiredKeys: ['onsetSeconds', 'text'] },
);

// A text that is a number would be taken for an onset only after an empty text, which is not written here.
function isText(text: string): boolean {
  return [...text].every((character) => character.codePointAt(0)! >= 0x20) && text.isWellFormed();
}

test('header fields come back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(options, async (written) => {
      const { header, dataRecordCount } = await openEdf(byteSourceFromBytes(recordingBytes(written)));
      expect(header.variant).toBe(written.variant);
      expect(header.localPatientIdentification).toBe(written.localPatientIdentification);
      expect(header.dataRecordDurationSeconds).toBe(written.dataRecordDurationSeconds);
      expect(dataRecordCount).toBe(written.dataRecordCount);
      const hasYear = written.variant.includes('+') || !written.startDateTime.startsWith('2100');
      expect(header.startDateTime).toBe(hasYear ? written.startDateTime : null);
      written.signals.forEach((expected, index) => expect(header.signals[index]).toMatchObject(expected));
    }),
    { numRuns: 100 },
  );
});

test('any run of samples comes back as it was written, across data records', async () => {
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.infiniteStream(fc.integer({ min: -8_388_608, max: 8_388_607 })),
      fc.nat(),
      fc.nat(),
      async (written, stream, a, b) => {
        const shift = written.variant.startsWith('BDF') ? 0 : 8;
        const values = (): number => (stream.next().value as number) >> shift;
        const records = Array.from({ length: written.dataRecordCount }, () => ({
          samples: written.signals.map(({ samplesPerDataRecord }) =>
            Array.from({ length: samplesPerDataRecord }, values),
          ),
        }));
        const file = await openEdf(byteSourceFromBytes(recordingBytes(written, records)));
        for (let index = 0; index < written.signals.length; index++) {
          const whole = records.flatMap(({ samples }) => samples[index]!);
          const first = a % whole.length;
          const count = b % (whole.length - first + 1);
          expect([...(await readDigital(file, index, first, count))]).toEqual(
            whole.slice(first, first + count),
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('annotations come back as they were written, to the nanosecond', async () => {
  const plus = options.filter((written) => written.variant.includes('+'));
  await fc.assert(
    fc.asyncProperty(
      plus,
      fc.array(fc.array(annotation, { maxLength: 4 }), { maxLength: 4 }),
      async (written, lists) => {
        const records: Partial<WriteRecord>[] = lists.map((annotations) => ({ annotations }));
        const file = await openEdf(byteSourceFromBytes(recordingBytes(written, records)));
        const expected = lists.slice(0, written.dataRecordCount).flatMap((annotations, record) =>
          annotations.map(({ onsetSeconds, durationSeconds, text }) => ({
            onsetNs: BigInt(Math.round(onsetSeconds * 1000)) * 1_000_000n,
            durationNs:
              durationSeconds === undefined ? null : BigInt(Math.round(durationSeconds * 1000)) * 1_000_000n,
            text,
            record,
          })),
        );
        const { annotations } = await readAnnotations(file);
        expect(
          annotations.map(({ onsetNs, durationNs, text, record }) => ({ onsetNs, durationNs, text, record })),
        ).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('gaps come back as runs that start where they were written', async () => {
  const discontinuous = options.filter((written) => written.variant.endsWith('D'));
  const gaps = fc.array(fc.constantFrom(0, 0, 1, 7, 3600), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(discontinuous, gaps, async (written, gapsBefore) => {
      const durationNs = BigInt(Math.round(written.dataRecordDurationSeconds * 1e9));
      const starts: bigint[] = [];
      let onsetNs = 0n;
      const records = Array.from({ length: written.dataRecordCount }, (_, record) => {
        const gap = record === 0 ? 0 : gapsBefore[record]!;
        onsetNs += BigInt(gap) * 1_000_000_000n;
        if (record === 0 || gap > 0) starts.push(onsetNs);
        const onset = { onsetSeconds: Number(onsetNs) / 1e9 };
        onsetNs += durationNs;
        return onset;
      });
      const { timeline } = await readAnnotations(
        await openEdf(byteSourceFromBytes(recordingBytes(written, records))),
      );
      expect(timeline.runs.map(({ startNs }) => startNs)).toEqual(starts);
      expect(timeline.runs.reduce((sum, { recordCount }) => sum + recordCount, 0)).toBe(
        written.dataRecordCount,
      );
    }),
    { numRuns: 100 },
  );
});

test('a value that its field cannot hold exactly is refused, never rounded', () => {
  const base: WriteOptions = {
    variant: 'EDF+C',
    startDateTime: '2026-11-22T23:15:30',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 1,
    signals: [
      { label: 'EEG', physicalDimension: 'uV', physicalMin: -1, physicalMax: 1, samplesPerDataRecord: 1 },
    ],
  };
  const spoil = (change: Partial<WriteOptions>, signalChange: Partial<WriteSignal> = {}): unknown => {
    try {
      return recordingBytes({ ...base, ...change, signals: [{ ...base.signals[0]!, ...signalChange }] });
    } catch (error) {
      return isEdfError(error) ? error.code : error;
    }
  };
  expect(spoil({})).toBeInstanceOf(Uint8Array);
  expect(spoil({ dataRecordDurationSeconds: 1 / 3 })).toBe('write-value-invalid');
  expect(spoil({ dataRecordDurationSeconds: 1e-7 })).toBe('write-value-invalid');
  expect(spoil({ startDateTime: '2026-02-30T00:00:00' })).toBe('write-value-invalid');
  expect(spoil({ startDateTime: '1984-12-31T00:00:00' })).toBe('write-value-invalid');
  expect(spoil({ localPatientIdentification: 'M\u00fcller' })).toBe('write-value-invalid');
  expect(spoil({ dataRecordCount: 1.5 })).toBe('write-value-invalid');
  expect(spoil({}, { physicalMax: 0.1 + 0.2 })).toBe('write-value-invalid');
  expect(spoil({}, { label: 'a label of more than 16' })).toBe('write-value-invalid');
  expect(spoil({}, { samplesPerDataRecord: -1 })).toBe('write-value-invalid');
});

test('data records that do not fit their header are refused', () => {
  const base: WriteOptions = {
    variant: 'EDF+C',
    startDateTime: '2026-11-22T23:15:30',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 1,
    annotationsBytesPerRecord: 20,
    signals: [
      { label: 'EEG', physicalDimension: 'uV', physicalMin: -1, physicalMax: 1, samplesPerDataRecord: 1 },
    ],
  };
  const spoil = (record: WriteRecord, variantOf: EdfVariant = 'EDF+C'): unknown => {
    try {
      return recordingBytes({ ...base, variant: variantOf }, [record]);
    } catch (error) {
      return isEdfError(error) ? error.code : error;
    }
  };
  const samples = [[0]];
  expect(spoil({ samples })).toBeInstanceOf(Uint8Array);
  expect(spoil({ samples: [[0, 1]] })).toBe('write-value-invalid');
  expect(spoil({ samples: [] })).toBe('write-value-invalid');
  expect(spoil({ samples: [[32_768]] })).toBe('write-value-invalid');
  expect(spoil({ samples: [[0.5]] })).toBe('write-value-invalid');
  expect(spoil({ samples, onsetSeconds: NaN })).toBe('write-value-invalid');
  expect(spoil({ samples, annotations: [{ onsetSeconds: 0, text: 'a\x14b' }] })).toBe('write-value-invalid');
  expect(spoil({ samples, annotations: [{ onsetSeconds: 0, durationSeconds: -1, text: 'a' }] })).toBe(
    'write-value-invalid',
  );
  // 5 bytes of the time-keeping TAL and 5 around the text leave 10 of 20.
  expect(spoil({ samples, annotations: [{ onsetSeconds: 0, text: 'ten bytes.' }] })).toBeInstanceOf(
    Uint8Array,
  );
  expect(spoil({ samples, annotations: [{ onsetSeconds: 0, text: 'eleven byte' }] })).toBe(
    'annotations-too-long',
  );
  expect(spoil({ samples, annotations: [{ onsetSeconds: 0, text: 'a' }] }, 'EDF')).toBe(
    'write-value-invalid',
  );
});
