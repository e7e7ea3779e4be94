import fc from 'fast-check';
import type { ByteSource } from '../byte-source.ts';
import { byteSourceFromBytes } from '../byte-source.ts';
import { readDigital } from '../data-record.ts';
import { isEdfError } from '../errors.ts';
import { checkHeader } from '../header.ts';
import type { EdfFile } from '../open.ts';
import { openEdf } from '../open.ts';
import type { RecordingAnnotations } from '../read-annotations.ts';
import { readAnnotations } from '../read-annotations.ts';
import { arbitraryRecording, openIntended } from '../test-support/arbitraries.ts';
import { goodOptions, goodRecording, recordingBytes, withField } from '../test-support/recordings.ts';
import { concatenateEdf } from './concatenate.ts';
import { convertEdf } from './convert.ts';
import { cropEdf, cropPart } from './crop.ts';
import type { EdfOutput } from './edf-output.ts';
import { collectBytes } from './edf-output.ts';
import { selectSignals } from './select-signals.ts';
import { splitDiscontinuous } from './split-discontinuous.ts';

const secondNs = 1_000_000_000n;
const formalOnly = (id: string): boolean =>
  /^EDF0(04|05|06|33|37|38|36|39|40|41|42|48|49|50|51|22|32)$/.test(id);

async function opened(output: EdfOutput): Promise<EdfFile> {
  const bytes = await collectBytes(output.bytes());
  expect(bytes.length).toBe(output.byteLength);
  const file = await openEdf(byteSourceFromBytes(bytes));
  expect(file.dataRecordCount).toBe(output.dataRecordCount);
  expect(checkHeader(bytes, bytes.length).findings.filter(({ id }) => !formalOnly(id))).toEqual([]);
  return file;
}

/** All that happened, in absolute time: samples of each data record and annotations. */
async function happenings(file: EdfFile, read?: RecordingAnnotations): Promise<string[]> {
  const { annotations, timeline } = read ?? (await readAnnotations(file));
  const originNs = BigInt(Date.parse(`${file.header.startDateTime}Z`)) * 1_000_000n;
  const lines = annotations.map(
    ({ onsetNs, durationNs, text }) => `note ${originNs + onsetNs} ${durationNs} ${text}`,
  );
  for (const { firstRecord, recordCount, startNs } of timeline.runs) {
    for (let i = 0; i < recordCount; i++) {
      const onsetNs = originNs + startNs + BigInt(i) * file.header.dataRecordDurationNs;
      for (const signal of file.header.signals) {
        if (signal.isAnnotations) continue;
        const count = signal.samplesPerDataRecord;
        const values = await readDigital(file, signal.index, (firstRecord + i) * count, count);
        lines.push(`samples ${onsetNs} ${signal.index} ${signal.label} ${values.join()}`);
      }
    }
  }
  return lines.sort();
}

const recording = arbitraryRecording.filter(({ options }) => options.variant.includes('+'));

test('cropping and reading is reading and cropping: samples, annotations and absolute times', async () => {
  await fc.assert(
    fc.asyncProperty(
      recording,
      fc.bigInt({ min: -2n * secondNs, max: 40n * secondNs }),
      fc.bigInt({ min: 1n, max: 60n * secondNs }),
      async (intended, fromNs, lengthNs) => {
        const file = await openIntended(intended);
        const read = await readAnnotations(file);
        const range = { fromNs, toNs: fromNs + lengthNs };
        let part;
        try {
          part = cropPart(file, read, range);
        } catch (error) {
          expect(isEdfError(error, 'range-invalid')).toBe(true);
          return;
        }
        for (const run of part.runs) {
          const last = run.startNs + BigInt(run.recordCount - 1) * file.header.dataRecordDurationNs;
          expect(run.startNs + file.header.dataRecordDurationNs > range.fromNs && last < range.toNs).toBe(
            true,
          );
        }
        const cropped = await opened(await cropEdf(file, range));
        const expected = await happenings(file, {
          ...read,
          annotations: read.annotations.filter((one) => part.annotations.includes(one)),
          timeline: { ...read.timeline, runs: part.runs },
        });
        expect(await happenings(cropped)).toEqual(expected);
        expect(cropped.header.variant.endsWith('D')).toBe(part.runs.length > 1);
      },
    ),
    { numRuns: 150 },
  );
});

test('the parts of a discontinuous recording, put together again, are the recording', async () => {
  await fc.assert(
    fc.asyncProperty(recording, async (intended) => {
      const file = await openIntended(intended);
      const parts = await splitDiscontinuous(file);
      expect(parts).toHaveLength(intended.runs.length);
      const files = await Promise.all(parts.map(opened));
      expect(files.every(({ header }) => header.variant.endsWith('+C'))).toBe(true);
      expect((await Promise.all(files.map((one) => happenings(one)))).flat().sort()).toEqual(
        await happenings(file),
      );
      const joined = await opened(await concatenateEdf(files.reverse()));
      expect(await happenings(joined)).toEqual(await happenings(file));
      expect(joined.header.startDateTime).toBe(file.header.startDateTime);
    }),
    { numRuns: 100 },
  );
});

test('EDF widened to BDF and narrowed again has every sample, limit and annotation', async () => {
  await fc.assert(
    fc.asyncProperty(
      recording.filter(({ options }) => options.variant.startsWith('EDF')),
      async (intended) => {
        const file = await openIntended(intended);
        const wide = await opened(await convertEdf(file, 'BDF+D'));
        expect(wide.header).toMatchObject({ bytesPerSample: 3 });
        expect(await happenings(wide)).toEqual(await happenings(file));
        const back = await opened(await convertEdf(wide, 'EDF+D'));
        expect(await happenings(back)).toEqual(await happenings(file));
        const limits = ({ header }: EdfFile) =>
          header.signals
            .filter((one) => !one.isAnnotations)
            .map((one) => [
              one.physicalMin,
              one.physicalMax,
              one.digitalMin,
              one.digitalMax,
              one.transducerType,
            ]);
        expect(limits(back)).toEqual(limits(file));
      },
    ),
    { numRuns: 100 },
  );
});

test('selected signals keep their samples, in the order asked for', async () => {
  await fc.assert(
    fc.asyncProperty(recording, fc.nat(), async (intended, pick) => {
      const file = await openIntended(intended);
      const first = pick % intended.options.signals.length;
      const wanted = [first, ...intended.options.signals.map((_, i) => i).filter((i) => i < first)];
      const selected = await opened(await selectSignals(file, wanted));
      for (const [to, from] of wanted.entries()) {
        const count = file.header.signals[from]!.samplesPerDataRecord * file.dataRecordCount;
        expect(await readDigital(selected, to, 0, count)).toEqual(await readDigital(file, from, 0, count));
      }
      const only = (lines: string[]): string[] => lines.filter((line) => line.startsWith('note'));
      expect(only(await happenings(selected))).toEqual(only(await happenings(file)));
    }),
    { numRuns: 50 },
  );
});

test('no more than a block of the source is asked for at once, and nothing twice while writing', async () => {
  const bytes = recordingBytes(goodOptions('EDF+C', { dataRecordCount: 40_000 }));
  const asked: [number, number][] = [];
  const source: ByteSource = {
    byteLength: bytes.length,
    async slice(start, end) {
      asked.push([start, end]);
      return bytes.subarray(start, end);
    },
  };
  const output = await cropEdf(await openEdf(source), { fromNs: 100n * secondNs, toNs: 30_000n * secondNs });
  asked.length = 0;
  let largest = 0;
  for await (const piece of output.bytes()) largest = Math.max(largest, piece.length);
  expect(Math.max(...asked.map(([start, end]) => end - start))).toBeLessThanOrEqual(1_048_576);
  expect(largest).toBeLessThanOrEqual(1_200_000);
  expect(asked.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(29_900 * 78);
});

describe('what a variant cannot hold is refused with the field', () => {
  const codeOf = async (action: () => Promise<EdfOutput>): Promise<string> => {
    try {
      for await (const piece of (await action()).bytes()) void piece;
      return 'no error';
    } catch (error) {
      return isEdfError(error) ? `${error.code} ${error.field ?? error.signal ?? ''}` : String(error);
    }
  };
  const open = (bytes: Uint8Array): Promise<EdfFile> => openEdf(byteSourceFromBytes(bytes));

  test('gaps in +C and plain files, annotations and fractions of a second in plain ones', async () => {
    const gaps = await open(goodRecording('EDF+D'));
    const notes = await open(goodRecording('EDF+C'));
    const late = await open(
      recordingBytes(goodOptions('EDF+C'), [
        { onsetSeconds: 0.5 },
        { onsetSeconds: 1.5 },
        { onsetSeconds: 2.5 },
      ]),
    );
    expect(await codeOf(() => convertEdf(gaps, 'EDF+C'))).toBe('write-value-invalid variant');
    expect(await codeOf(() => convertEdf(gaps, 'BDF', { dropAnnotations: true }))).toBe(
      'write-value-invalid variant',
    );
    expect(await codeOf(() => convertEdf(notes, 'EDF'))).toBe('write-value-invalid annotations');
    expect(await codeOf(() => convertEdf(notes, 'EDF', { dropAnnotations: true }))).toBe('no error');
    expect(await codeOf(() => convertEdf(late, 'EDF'))).toBe('write-value-invalid startTime');
  });

  test('24-bit samples in EDF', async () => {
    const options = goodOptions('BDF+C', {
      signals: [{ ...goodOptions('BDF').signals[0]!, samplesPerDataRecord: 1 }],
    });
    const bytes = recordingBytes(options, [{ samples: [[32_768]] }, { samples: [[0]] }, { samples: [[0]] }]);
    expect(await codeOf(async () => convertEdf(await open(bytes), 'EDF+C'))).toBe('write-value-invalid 0');
  });

  test('recordings that differ, overlap, or have no start', async () => {
    const first = await open(goodRecording('EDF+C'));
    const later = { startDateTime: '2026-11-23T00:00:00' };
    const join = (other: Uint8Array): Promise<string> =>
      codeOf(async () => concatenateEdf([first, await open(other)]));
    expect(await join(goodRecording('EDF+C', later))).toBe('no error');
    expect(await join(goodRecording('EDF+C'))).toBe('write-value-invalid startTime');
    expect(await join(goodRecording('BDF+C', later))).toBe('write-value-invalid version');
    expect(await join(goodRecording('EDF+C', { ...later, dataRecordDurationSeconds: 2 }))).toBe(
      'write-value-invalid dataRecordDuration',
    );
    expect(await join(goodRecording('EDF+C', { ...later, localPatientIdentification: 'P-2 M X B' }))).toBe(
      'write-value-invalid localPatientIdentification',
    );
    expect(await join(withField(goodRecording('EDF+C'), 'startDate', 'no  date'))).toBe(
      'write-value-invalid startDate',
    );
    expect(await codeOf(() => concatenateEdf([]))).toBe('range-invalid ');
  });
});

describe('recordings that follow each other but for rounding', () => {
  const part = (startDateTime: string, durationSeconds: number, startNs = 0): Promise<EdfFile> => {
    const options = goodOptions('EDF+C', { startDateTime, dataRecordDurationSeconds: durationSeconds });
    const records = [0, 1, 2].map((record) => ({ onsetSeconds: startNs / 1e9 + record * durationSeconds }));
    return openEdf(byteSourceFromBytes(recordingBytes(options, records)));
  };
  const joined = async (...files: EdfFile[]): Promise<{ file: EdfFile; read: RecordingAnnotations }> => {
    const file = await opened(await concatenateEdf(files));
    return { file, read: await readAnnotations(file) };
  };

  test('become one without gaps, whose check says nothing', async () => {
    for (const [duration, startNs] of [
      [1, 500],
      [0.333333, 0],
      [0.333334, 0],
    ] as const) {
      const seconds = duration === 1 ? 3 : 1;
      const first = await part('2026-11-22T23:15:30', duration);
      const second = await part(`2026-11-22T23:15:${30 + seconds}`, duration, startNs);
      const third = await part(`2026-11-22T23:15:${30 + 2 * seconds}`, duration, startNs);
      const { file, read } = await joined(first, second, third);
      expect(file.header.variant).toBe('EDF+C');
      expect(read.timeline.runs).toHaveLength(1);
      expect(read.findings).toEqual([]);
    }
  });

  test('keep a gap, or are refused, where it is more than that', async () => {
    const first = await part('2026-11-22T23:15:30', 1);
    const { file } = await joined(first, await part('2026-11-22T23:15:33', 1, 2000));
    expect(file.header.variant).toBe('EDF+D');
    const early = await part('2026-11-22T23:15:32', 1, 999_990_000);
    await expect(concatenateEdf([first, early])).rejects.toMatchObject({ field: 'startTime' });
  });
});

test('what is written says which variant it is, where +D is asked for and there is no gap', async () => {
  const continuous = await openEdf(byteSourceFromBytes(goodRecording('EDF+C')));
  const gaps = await openEdf(byteSourceFromBytes(goodRecording('EDF+D')));
  expect((await convertEdf(continuous, 'EDF+D')).variant).toBe('EDF+C');
  expect((await convertEdf(gaps, 'BDF+D')).variant).toBe('BDF+D');
});

test('a plain recording becomes EDF+ with its free texts in the places EDF+ has for them', async () => {
  const bytes = goodRecording('EDF', { localRecordingIdentification: 'sleep lab 7' });
  const { header } = await opened(await convertEdf(await openEdf(byteSourceFromBytes(bytes)), 'EDF+C'));
  expect(header.localPatientIdentification).toBe('X X X patient_1');
  expect(header.localRecordingIdentification).toBe('Startdate 22-NOV-2026 X X X sleep_lab_7');
});

test('a plain recording is cropped back to a whole second, which is all that its header can say', async () => {
  const bytes = goodRecording('EDF', { dataRecordDurationSeconds: 0.75, dataRecordCount: 20 });
  const file = await openEdf(byteSourceFromBytes(bytes));
  const cropped = await opened(await cropEdf(file, { fromNs: 5n * secondNs, toNs: 6n * secondNs }));
  // Data records begin every 0.75 s: 4.5 s holds the start, 3 s is the whole second before it.
  expect(cropped.header.startDateTime).toBe('2026-11-22T23:15:33');
  expect(cropped.dataRecordCount).toBe(4);
  expect(await readDigital(cropped, 0, 0, 32)).toEqual(await readDigital(file, 0, 32, 32));
});

test('a recording without data records keeps its header', async () => {
  const file = await openEdf(byteSourceFromBytes(goodRecording('EDF', { dataRecordCount: 0 })));
  const bytes = await collectBytes((await convertEdf(file, 'BDF+C')).bytes());
  expect(checkHeader(bytes, bytes.length).header?.signals.map(({ label }) => label)).toEqual([
    'EEG Fpz-Cz',
    'Temp rectal',
    'BDF Annotations',
  ]);
});

test('a recording cropped past midnight has the next day in both places', async () => {
  const bytes = recordingBytes(goodOptions('EDF+C', { dataRecordCount: 5_000 }));
  const file = await openEdf(byteSourceFromBytes(bytes));
  const { header } = await opened(
    await cropEdf(file, { fromNs: 2_700n * secondNs, toNs: 2_800n * secondNs }),
  );
  expect(header.startDateTime).toBe('2026-11-23T00:00:30');
  expect(header.localRecordingIdentification).toBe('Startdate 23-NOV-2026 X X X');
});
