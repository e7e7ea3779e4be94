import { gzipSync } from 'node:zlib';
import type { JobProgress } from '@edf-pipeline/contracts';
import { manifestSchema, reportSchema, resultFileSchema } from '@edf-pipeline/contracts';
import { EdfError } from '@edf-pipeline/edf';
import type { MemoryStore } from '@edf-pipeline/storage/memory';
import { createMemoryStore } from '@edf-pipeline/storage/memory';
import { analyseRecording } from './analyse-recording.ts';
import type { WrittenResult } from './analysis-task.ts';
import { manifestOf } from './manifest.ts';
import { discontinuousFile, edfFile } from './test-support/edf-file.ts';
import { sha256Hex } from './test-support/world.ts';

const PREFIX = 'results/acme/job_1/1/';

interface Analysed {
  readonly names: string[];
  readonly files: WrittenResult['files'];
  readonly facts: WrittenResult['facts'];
  readonly progress: JobProgress[];
  /** Bytes of each file, as stored. */
  readonly stored: Map<string, Buffer>;
  readonly report: ReturnType<typeof reportSchema.parse>;
}

async function analysed(
  file: Uint8Array,
  store: MemoryStore = createMemoryStore(),
  refuseFindings: readonly string[] = [],
): Promise<Analysed> {
  const source = await store.write('source/acme/upl_1/source.edf', file, {
    contentType: 'application/octet-stream',
  });
  const progress: JobProgress[] = [];
  const task = {
    source,
    resultPrefix: PREFIX,
    maxInflatedBytes: 100_000_000,
    refuseFindings,
  };
  const written = await analyseRecording({ store, onProgress: (each) => progress.push(each) }, task);
  const { files, facts } = written;
  const stored = new Map<string, Buffer>();
  for (const { name, byteLength } of files)
    stored.set(name, Buffer.from(await store.read({ key: PREFIX + name }, 0, byteLength + 1)));
  const report = reportSchema.strict().parse(JSON.parse(String(stored.get('report.json'))));
  return { names: files.map(({ name }) => name), files, facts, progress, stored, report };
}

const codeOf = (file: Uint8Array) =>
  analysed(file).then(
    () => 'none',
    (error: { code?: string }) => error.code,
  );

const ALWAYS = [
  'annotations.parquet',
  'overview.bin',
  'overview.index',
  'preview.svg',
  'report.json',
  'statistics.parquet',
];
const recordings: [string, Buffer, string[]][] = [
  ['an EDF recording', edfFile(), ALWAYS],
  ['a BDF recording', edfFile({ variant: 'BDF' }), ALWAYS],
  [
    'an EDF+D recording with gaps and sleep stages',
    discontinuousFile(),
    ['annotations.parquet', 'hypnogram.json', ...ALWAYS.slice(1)],
  ],
  [
    'a recording of annotations alone',
    edfFile({
      variant: 'EDF+C',
      samplesPerDataRecord: [],
      options: { dataRecordDurationSeconds: 0 },
      record: () => ({ onsetSeconds: 0, annotations: [{ onsetSeconds: 3, text: 'Lights off' }] }),
    }),
    ALWAYS,
  ],
  ['a recording without data records', edfFile({ dataRecordCount: 0 }), ALWAYS],
  ['a recording cut in the middle of a data record', edfFile().subarray(0, edfFile().length - 70), ALWAYS],
  ['a gzip file of a recording', gzipSync(edfFile()), [...ALWAYS, 'recording.edf'].sort()],
];

describe.each(recordings)('the analysis of %s', (_what, file, names) => {
  it('writes the files of a result, each with the size and checksum that it says', async () => {
    const { files, stored, names: written } = await analysed(file);

    expect(written).toEqual(names);
    for (const each of files) {
      expect(resultFileSchema.strict().parse(each)).toEqual(each);
      const bytes = stored.get(each.name) ?? Buffer.alloc(0);
      expect([each.name, bytes.length, sha256Hex(bytes)]).toEqual([each.name, each.byteLength, each.sha256]);
    }
  });

  it('tells what lists say of the recording, as its report does', async () => {
    const { facts, report } = await analysed(file);

    expect(facts).toEqual({
      variant: report.header.variant,
      signalCount: report.signals.filter(({ isAnnotations }) => !isAnnotations).length,
      durationSeconds: report.durationSeconds,
      findingCount: report.findings.length,
    });
  });

  it('writes the same bytes when it is done again, so the same manifest', async () => {
    const [first, second] = [await analysed(file), await analysed(file)];
    const job = {
      pipeline: 'default@1',
      source: { key: 'k', versionId: 'v', byteLength: file.length, contentId: 'c' },
    };

    for (const [name, bytes] of first.stored)
      expect([name, bytes.equals(second.stored.get(name) ?? Buffer.alloc(0))]).toEqual([name, true]);
    expect(JSON.stringify(manifestOf(job, first.files))).toBe(
      JSON.stringify(manifestOf({ ...job, source: { ...job.source, versionId: 'w' } }, second.files)),
    );
    expect(manifestSchema.strict().parse(manifestOf(job, first.files))).toEqual(manifestOf(job, first.files));
  });

  it('tells how far it is, from checking to writing, and never back', async () => {
    const { progress } = await analysed(file);
    const stages = ['checking', 'analysing', 'writing'];
    const order = progress.map(({ stage }) => stages.indexOf(stage));

    expect(progress[0]).toEqual({ stage: 'checking', doneBytes: 0, totalBytes: file.length });
    expect(order).toEqual([...order].sort());
    expect(order.at(-1)).toBe(2);
    for (const { doneBytes, totalBytes } of progress) expect(doneBytes).toBeLessThanOrEqual(totalBytes);
  });
});

describe('the report', () => {
  it('says what is in the file, cut or not', async () => {
    const { report: whole } = await analysed(edfFile());
    const { report: cut } = await analysed(edfFile().subarray(0, edfFile().length - 70));

    expect(whole).toMatchObject({
      header: { variant: 'EDF', dataRecordCount: 90 },
      durationSeconds: 90,
      annotationCount: 0,
    });
    expect(whole.signals.map(({ label, sampleRateHz }) => [label, sampleRateHz])).toEqual([
      ['EEG 0', 64],
      ['EEG 1', 1],
    ]);
    expect(cut).toMatchObject({
      header: { declaredDataRecordCount: 90, dataRecordCount: 89 },
      durationSeconds: 89,
    });
    expect(cut.findings.map(({ id }) => id)).toEqual(expect.arrayContaining(['EDF017', 'EDF018']));
  });

  it('counts gaps into the duration, and names the runs between them', async () => {
    const { report } = await analysed(discontinuousFile());

    expect(report.durationSeconds).toBe(190);
    expect(report.runs).toEqual([
      { firstRecord: 0, recordCount: 40, startNs: '0' },
      { firstRecord: 40, recordCount: 50, startNs: '140000000000' },
    ]);
    expect(report.annotationCount).toBe(4);
  });

  it('of a gzip file is that of the file within', async () => {
    const { stored: packed } = await analysed(gzipSync(edfFile()));
    const { stored: plain } = await analysed(edfFile());

    expect(packed.get('recording.edf')?.equals(edfFile())).toBe(true);
    for (const [name, bytes] of plain) expect([name, packed.get(name)?.equals(bytes)]).toEqual([name, true]);
  });

  it('writes what a field does not say as null', async () => {
    const file = edfFile();
    file.write('        ', 256 + 2 * (16 + 80 + 8), 'latin1');
    const { report } = await analysed(file);

    expect(report.signals[0]).toMatchObject({ physicalMin: null, isCalibrated: false });
  });
});

describe('a file that is no recording', () => {
  it.each([
    ['text', Buffer.from('Dear Sir or Madam, '.repeat(40)), 'not-edf'],
    ['a single byte', Buffer.from('0'), 'header-truncated'],
    ['an empty gzip file', gzipSync(''), 'empty-file'],
    ['a gzip file of a gzip file', gzipSync(gzipSync(edfFile())), 'gzip-not-supported-here'],
    ['a gzip file cut short', gzipSync(edfFile()).subarray(0, -9), 'gzip-damaged'],
    ['a header cut short', edfFile().subarray(0, 300), 'header-truncated'],
  ])('but %s ends with the code that says so', async (_what, file, code) => {
    expect(await codeOf(file)).toBe(code);
  });
});

describe('a file with what its organisation does not take', () => {
  const cut = edfFile().subarray(0, edfFile().length - 70);
  const overlapping = edfFile({
    variant: 'EDF+D',
    record: (record) => ({ onsetSeconds: record === 3 ? 1 : record }),
  });

  it.each([
    ['that its header shows', cut, 'last-data-record-partial'],
    ['that only shows when it is inflated', gzipSync(cut), 'last-data-record-partial'],
    ['that its data records show', overlapping, 'data-records-overlap'],
  ])('is refused for a finding %s', async (_what, file, name) => {
    await expect(analysed(file, createMemoryStore(), [name])).rejects.toMatchObject({
      code: 'edf-refused-by-policy',
      message: expect.stringMatching(/^Your organisation does not take such files: .+\(EDF\d{3}\)$/),
    });
    expect(await codeOf(file)).toBe('none');
  });
});

describe('an analysis that cannot go on', () => {
  it('stops between two blocks when it is asked to', async () => {
    const store = createMemoryStore();
    const source = await store.write('source/acme/upl_1/source.edf', edfFile(), { contentType: 'x' });
    const stopping = new AbortController();
    const task = { source, resultPrefix: PREFIX, maxInflatedBytes: 1, refuseFindings: [] };
    const onProgress = ({ stage }: JobProgress) =>
      stage === 'analysing' && stopping.abort(new Error('asked to stop'));

    await expect(analyseRecording({ store, onProgress }, task, stopping.signal)).rejects.toThrow(
      'asked to stop',
    );
  });

  it('because the disk is full fails for that reason, and does not hang', async () => {
    const store = createMemoryStore();
    const full: MemoryStore = {
      ...store,
      write: async (key, body, options, signal) => {
        if (!key.startsWith('results/')) return store.write(key, body, options, signal);
        throw Object.assign(new Error('disk full'), { code: 'storage-full' });
      },
    };

    await expect(
      analysed(edfFile({ dataRecordCount: 20_000, samplesPerDataRecord: [100] }), full),
    ).rejects.toThrow('disk full');
  });

  it('because a read comes short is not blamed on the file', async () => {
    const store = createMemoryStore();
    const short: MemoryStore = {
      ...store,
      read: async (ref, start, end) =>
        (await store.read(ref, start, end)).subarray(0, end - start > 2 ? 100 : 2),
    };
    const error = await analysed(edfFile(), short).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(EdfError);
    expect(error).toMatchObject({ code: 'source-read-short' });
  });
});
