import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  byteSourceFromBytes,
  createEdfWriter,
  memorySink,
  openEdf,
  readAnnotations,
} from '@edf-pipeline/edf';
import { edfProgram } from './test-support/edf-program.ts';
import type { EdfProgram } from './test-support/edf-program.ts';

let edf: EdfProgram;
beforeEach(async () => {
  edf = await edfProgram({});
  await writeFile(join(edf.folder, 'night.edf'), await gapped());
});
afterEach(() => edf.remove());

const second = 1_000_000_000n;

/** Two runs of 2 and 3 s, 100 samples a second; names where names are. */
async function gapped(): Promise<Uint8Array> {
  const sink = memorySink();
  const writer = createEdfWriter(sink, {
    variant: 'EDF+D',
    startDateTime: '2020-01-02T22:00:00',
    startOffsetNs: second / 2n,
    dataRecordDurationSeconds: 1,
    localPatientIdentification: 'MCH-0234567 F 02-AUG-1951 Haagse_Harry',
    localRecordingIdentification: 'Startdate 02-JAN-2020 X Jansen X',
    signals: [
      {
        label: 'EEG Fpz-Cz',
        physicalDimension: 'uV',
        physicalMin: -3276.8,
        physicalMax: 3276.7,
        samplesPerDataRecord: 100,
      },
      { label: 'Temp', physicalDimension: 'degC', physicalMin: 30, physicalMax: 45, samplesPerDataRecord: 1 },
    ],
    annotations: [
      { onsetNs: second, durationNs: second / 4n, text: 'Lights off' },
      { onsetNs: 11n * second, text: 'Harry said "no", then slept' },
    ],
    annotationsByteLength: 200,
  });
  await writer.addDigital(
    0,
    Array.from({ length: 200 }, (_, i) => i - 100),
  );
  await writer.addDigital(1, [1, 2]);
  await writer.startRun(10n * second);
  await writer.addDigital(
    0,
    Array.from({ length: 300 }, (_, i) => i),
  );
  await writer.addDigital(1, [3, 4, 5]);
  await writer.finish();
  return sink.bytes();
}

async function opened(name: string) {
  return openEdf(byteSourceFromBytes(await readFile(join(edf.folder, name))));
}

test('info tells header, signals and runs, as one JSON object and for people', async () => {
  const { code, json } = await edf.run('info', 'night.edf', '--json');
  expect(code).toBe(0);
  expect(json()[0]).toMatchObject({
    file: 'night.edf',
    variant: 'EDF+D',
    startDateTime: '2020-01-02T22:00:00',
    localPatientIdentification: 'MCH-0234567 F 02-AUG-1951 Haagse_Harry',
    dataRecordCount: 5,
    signals: [
      { index: 0, label: 'EEG Fpz-Cz', samplesPerSecond: 100, sampleCount: 500, physicalMax: 3276.7 },
      { index: 1, label: 'Temp', isAnnotations: false },
      { index: 2, isAnnotations: true },
    ],
    timeline: {
      runs: [
        { firstRecord: 0, recordCount: 2, startNs: '500000000', startSeconds: 0.5, durationSeconds: 2 },
        { firstRecord: 2, recordCount: 3, startSeconds: 10, durationSeconds: 3 },
      ],
    },
    annotationCount: 2,
  });
  const people = await edf.run('info', 'night.edf');
  expect(people.stdout).toContain('2 runs with gaps between them');
  expect(people.stdout).toMatch(/^0 +EEG Fpz-Cz +100 +uV +-3276.8 to 3276.7$/m);
});

describe('a recording compressed with gzip', () => {
  let temporary: string;
  beforeEach(async () => {
    const bytes = await readFile(join(edf.folder, 'night.edf'));
    // Two members, as bgzip and Luna write them.
    const members = [bytes.subarray(0, 700), bytes.subarray(700)].map((part) => gzipSync(part));
    await writeFile(join(edf.folder, 'night.edf.gz'), Buffer.concat(members));
    temporary = join(edf.folder, 'tmp');
    await mkdir(temporary);
    edf.env.TMPDIR = temporary;
  });
  afterEach(async () => expect(await readdir(temporary)).toEqual([]));

  test.each([
    ['info', '--json'],
    ['annotations', '--json'],
    ['read', '--signal', '0', '--digital', '--format', 'json'],
  ])('%s gives what it gives for the recording itself', async (command, ...args) => {
    const [plain, compressed] = await Promise.all(
      ['night.edf', 'night.edf.gz'].map((name) => edf.run(command, name, ...args)),
    );
    expect(compressed).toMatchObject({ code: 0, stderr: plain!.stderr });
    expect(compressed!.stdout.replace('night.edf.gz', 'night.edf')).toBe(plain!.stdout);
  });

  test('check finds the same, at the places of the recording, and looks at the name without .gz', async () => {
    const [plain, compressed] = await Promise.all(
      ['night.edf', 'night.edf.gz'].map(async (name) => (await edf.run('check', name, '--json')).json()[0]),
    );
    expect(compressed).toEqual({ ...plain, file: 'night.edf.gz' });
    await rename(join(edf.folder, 'night.edf.gz'), join(edf.folder, 'night.bdf.gz'));
    const { json } = await edf.run('check', 'night.bdf.gz', '--json');
    expect(json()[0].findings.map(({ id }: { id: string }) => id)).toContain('EDF068');
  });

  test('convert writes what it writes from the recording itself', async () => {
    for (const [from, to] of [
      ['night.edf', 'plain.bdf'],
      ['night.edf.gz', 'compressed.bdf'],
    ] as const)
      expect((await edf.run('convert', from, '--variant', 'BDF+D', '--out', to)).code).toBe(0);
    const [plain, compressed] = await Promise.all(
      ['plain.bdf', 'compressed.bdf'].map((name) => readFile(join(edf.folder, name))),
    );
    expect(plain!.equals(compressed!)).toBe(true);
  });

  test('that is damaged, or grows beyond measure, ends with 1 and a sentence', async () => {
    const bytes = await readFile(join(edf.folder, 'night.edf.gz'));
    await writeFile(join(edf.folder, 'cut.edf.gz'), bytes.subarray(0, bytes.length - 9));
    await writeFile(join(edf.folder, 'bomb.edf.gz'), gzipSync(Buffer.alloc(80 * 1024 * 1024), { level: 9 }));
    const info = await edf.run('info', 'cut.edf.gz');
    expect([info.code, info.stderr]).toEqual([1, expect.stringContaining('damaged or cut')]);
    const read = await edf.run('read', 'bomb.edf.gz', '--signal', '0');
    expect([read.code, read.stderr]).toEqual([1, expect.stringContaining('grows to more than')]);
    const { code, json } = await edf.run('check', 'bomb.edf.gz', 'cut.edf.gz', 'night.edf.gz', '--json');
    expect(code).toBe(1);
    expect(json().map(({ readable, findings: [first] }) => [readable, first?.name])).toEqual([
      [false, 'gzip-expands-too-much'],
      [false, 'gzip-damaged'],
      [true, expect.any(String)],
    ]);
  });
});

describe('read', () => {
  const raw = async (...args: string[]): Promise<Buffer> => {
    const running = edf.start('read', 'night.edf', ...args);
    const pieces: Buffer[] = [];
    running.child.stdout!.on('data', (piece: Buffer) => pieces.push(piece));
    expect((await running.ended).code).toBe(0);
    return Buffer.concat(pieces);
  };

  test('raw digital is int32, little-endian, of all samples or of a range of time', async () => {
    const all = await raw('--signal', '0', '--digital', '--format', 'raw');
    expect(all.length).toBe(2000);
    expect([all.readInt32LE(0), all.readInt32LE(199 * 4), all.readInt32LE(200 * 4)]).toEqual([-100, 99, 0]);
    const part = await raw(
      '--signal',
      'EEG Fpz-Cz',
      '--digital',
      '--format',
      'raw',
      '--from',
      '2.49',
      '--to',
      '10.02',
    );
    expect([...new Int32Array(new Uint8Array(part).buffer)]).toEqual([99, 0, 1]);
  });

  test('raw digital of a recording with gaps says that runs follow each other without them', async () => {
    const { code, stderr } = await edf.run(
      'read',
      'night.edf',
      '--signal',
      '0',
      '--digital',
      '--format',
      'raw',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('2 runs with gaps between them')]);
  });

  test('raw physical is float64, little-endian', async () => {
    const part = await raw('--signal', '1', '--physical', '--format', 'raw');
    const values = [...new Float64Array(new Uint8Array(part).buffer)];
    expect(values).toHaveLength(5);
    expect(values[0]).toBeCloseTo(37.5 + (1.5 * 15) / 65535, 9);
  });

  test('CSV has the time of each sample, JSON the start of each run', async () => {
    const csv = await edf.run(
      'read',
      'night.edf',
      '--signal',
      '0',
      '--digital',
      '--from',
      '2.48',
      '--to',
      '10.01',
    );
    expect(csv.stdout).toBe('seconds,digital\n2.48,98\n2.49,99\n10,0\n');
    expect(csv.stderr).toContain('2 runs with gaps between them');
    const { json } = await edf.run('read', 'night.edf', '--signal', 'Temp', '--digital', '--format', 'json');
    expect(json()[0]).toMatchObject({
      signal: 1,
      label: 'Temp',
      samplesPerSecond: 1,
      segments: [
        { startSeconds: 0.5, samples: [1, 2] },
        { startSeconds: 10, samples: [3, 4, 5] },
      ],
    });
  });

  test('a signal that is not there, or a range that ends before it begins, is wrong usage', async () => {
    const none = await edf.run('read', 'night.edf', '--signal', '9');
    expect([none.code, none.stderr]).toEqual([
      2,
      'edf: there is no signal 9; there are: 0 EEG Fpz-Cz, 1 Temp\n',
    ]);
    expect((await edf.run('read', 'night.edf', '--signal', '0', '--from', '3', '--to', '2')).code).toBe(2);
    expect((await edf.run('read', 'night.edf', '--signal', '0', '--from', 'now')).code).toBe(2);
    expect((await edf.run('read', 'night.edf', '--signal', '0', '--digital', '--physical')).code).toBe(2);
    expect((await edf.run('read', 'night.edf')).code).toBe(2);
  });

  test('a reader that goes away ends it quietly', async () => {
    const { child, ended } = edf.start('read', 'night.edf', '--signal', '0');
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('EPIPE') });
  });
});

test('annotations come as lines, JSON lines, CSV and TSV, exact to the nanosecond', async () => {
  const { json } = await edf.run('annotations', 'night.edf', '--json');
  expect(json()).toMatchObject([
    { onsetSeconds: 1, onsetNs: '1000000000', durationSeconds: 0.25, text: 'Lights off' },
    { onsetSeconds: 11, durationSeconds: null, text: 'Harry said "no", then slept' },
  ]);
  const csv = await edf.run('annotations', 'night.edf', '--format', 'csv');
  expect(csv.stdout).toBe('onset,duration,text\n1,0.25,Lights off\n11,n/a,"Harry said ""no"", then slept"\n');
  const tsv = await edf.run('annotations', 'night.edf', '--format', 'tsv');
  expect(tsv.stdout).toBe(
    'onset\tduration\ttext\n1\t0.25\tLights off\n11\tn/a\tHarry said "no", then slept\n',
  );
  expect((await edf.run('annotations', 'night.edf')).stdout).toMatch(
    /^ +1 +0\.25 {2}Lights off\n +11 +Harry said/,
  );
});

test('crop writes a part with the same absolute times, and never over a file', async () => {
  const args = ['crop', 'night.edf', '--from', '10.5', '--to', '12', '--signals', '0', '--out', 'part.edf'];
  expect(await edf.run(...args, '--json')).toMatchObject({ code: 0 });
  const part = await opened('part.edf');
  expect(part.header).toMatchObject({ variant: 'EDF+C', startDateTime: '2020-01-02T22:00:10' });
  expect(part.dataRecordCount).toBe(2);
  const { annotations } = await readAnnotations(part);
  expect(annotations.map(({ onsetNs, text }) => [onsetNs, text])).toEqual([
    [second, 'Harry said "no", then slept'],
  ]);
  const again = await edf.run(...args);
  expect([again.code, again.stderr]).toEqual([2, 'edf: part.edf exists; --force replaces it\n']);
  expect((await edf.run(...args, '--force')).code).toBe(0);
  const nothing = await edf.run('crop', 'night.edf', '--from', '99', '--out', 'none.edf');
  expect([nothing.code, nothing.stderr]).toEqual([
    1,
    'edf: No data record reaches into the range to keep.\n',
  ]);
  expect((await readdir(edf.folder)).sort()).toEqual(['night.edf', 'part.edf']);
});

test('convert writes other variants, fewer signals, and one file for each run', async () => {
  expect(await edf.run('convert', 'night.edf', '--variant', 'BDF+D', '--out', 'wide.bdf')).toMatchObject({
    code: 0,
  });
  expect((await opened('wide.bdf')).header).toMatchObject({ variant: 'BDF+D', bytesPerSample: 3 });
  expect((await edf.run('convert', 'night.edf', '--split', '--out', 'run.edf')).stdout).toContain(
    'run-2.edf: 3 data',
  );
  expect((await opened('run-1.edf')).header.variant).toBe('EDF+C');
  expect((await edf.run('convert', 'night.edf', '--signals', 'Temp', '--out', 'temp.edf')).code).toBe(0);
  expect((await opened('temp.edf')).header.signals).toHaveLength(2);
  const gaps = await edf.run('convert', 'night.edf', '--variant', 'EDF+C', '--out', 'no.edf');
  expect([gaps.code, gaps.stderr]).toEqual([
    1,
    'edf: The recording has 1 gaps, which EDF+C cannot say: split it, or write +D.\n',
  ]);
  expect((await edf.run('convert', 'night.edf', '--out', 'no.edf')).code).toBe(2);
});

describe('deidentify', () => {
  test('--plan shows what would leave and writes nothing', async () => {
    const { code, stdout } = await edf.run('deidentify', 'night.edf', '--plan');
    expect(code).toBe(0);
    expect(stdout).toContain('"MCH-0234567 F 02-AUG-1951 Haagse_Harry" to "X X X X"');
    expect(stdout).toMatch(/leaves +1 annotation +"Lights off"/);
    expect(await readdir(edf.folder)).toEqual(['night.edf']);
  });

  test('writes a recording and a proof in which nobody is named', async () => {
    const { code, json, stderr } = await edf.run(
      'deidentify',
      'night.edf',
      '--out',
      'clean',
      '--keep-sex',
      '--json',
    );
    expect([code, stderr]).toEqual([0, '']);
    const [{ out, proof }] = json();
    const names = await readdir(join(edf.folder, 'clean'));
    expect(names.map((name) => join('clean', name)).sort()).toEqual([out, proof].sort());
    const clean = await opened(out);
    expect(clean.header.localPatientIdentification).toBe('X F X X');
    for (const name of names) {
      expect(await readFile(join(edf.folder, 'clean', name), 'latin1')).not.toMatch(
        /harry|haagse|jansen|0234567/i,
      );
    }
    expect(JSON.parse(await readFile(join(edf.folder, proof), 'utf8'))).toMatchObject({
      areSamplesSame: true,
      isClean: true,
      found: [],
    });
  });

  test('needs to know where to write, and a secret worth the name', async () => {
    expect((await edf.run('deidentify', 'night.edf')).code).toBe(2);
    await writeFile(join(edf.folder, 'secret'), 'short');
    const weak = await edf.run('deidentify', 'night.edf', '--plan', '--shift-dates', 'secret');
    expect([weak.code, weak.stderr]).toEqual([2, expect.stringContaining('16 bytes or more')]);
  });
});

test('what is no recording, or not there, ends each command with 1 and a sentence', async () => {
  await writeFile(join(edf.folder, 'page.edf'), '<html>'.repeat(100));
  for (const args of [
    ['info'],
    ['read', '--signal', '0'],
    ['annotations'],
    ['crop', '--out', 'o.edf'],
    ['convert', '--variant', 'BDF', '--out', 'o.edf'],
    ['deidentify', '--plan'],
  ]) {
    const { code, stderr } = await edf.run(args[0]!, 'page.edf', ...args.slice(1));
    expect([args[0], code, stderr]).toEqual([
      args[0],
      1,
      expect.stringMatching(/^(edf|page\.edf): The file does not begin like an EDF or BDF file\.\n$/),
    ]);
  }
  expect((await edf.run('info', 'nowhere.edf')).code).toBe(1);
});
