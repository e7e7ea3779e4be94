import type { ByteSource } from '../byte-source.ts';
import { byteSourceFromBytes } from '../byte-source.ts';
import { FindingCollector } from '../finding.ts';
import { loadKernels } from '../kernels/load-kernels.ts';
import { openEdf } from '../open.ts';
import { goodOptions, goodRecording, recordingBytes } from '../test-support/recordings.ts';
import { seededNumbers } from '../test-support/seeded.ts';
import {
  spoiltRecordings,
  statusWell,
  withChecksums,
  withStatus,
} from '../test-support/spoilt-recordings.ts';
import { encodeHeader } from '../write.ts';
import { checkEdf } from './check-edf.ts';
import { RecordScan } from './record-scan.ts';
import { scanRecords } from './scan-records.ts';

/** What the data records show, read whole or signal by signal in pieces. */
async function foundIn(bytes: Uint8Array, wholeByteLength: number, pieceSampleCount?: number) {
  const file = await openEdf(byteSourceFromBytes(bytes));
  const collector = new FindingCollector();
  const scan = new RecordScan(file.header, file.dataRecordCount, collector);
  await scanRecords(file, await loadKernels(), scan, { wholeByteLength, pieceSampleCount });
  return { ...scan.finish(), findings: collector.finish() };
}

const readable = Object.entries(spoiltRecordings).filter(
  ([id]) => !['EDF001', 'EDF020', 'EDF023', 'EDF024', 'EDF034'].includes(id),
);
const others: [string, Uint8Array][] = [
  ['gaps', goodRecording('EDF+D')],
  [
    'several annotations signals',
    recordingBytes(goodOptions('BDF+C', { signals: goodOptions('BDF').signals })),
  ],
  ['a Status signal', withStatus([7, statusWell, 3 << 20, statusWell | (1 << 22)])],
  ['checksums', withChecksums('EDF')],
];

test.each([...readable, ...others])(
  'of a file with %s the data records show the same, read whole or in pieces',
  async (_what, bytes) => {
    const whole = await foundIn(bytes, Infinity);
    expect(await foundIn(bytes, 0)).toEqual(whole);
    expect(await foundIn(bytes, 0, 3)).toEqual(whole);
  },
);

test.each(['EDF', 'BDF'] as const)(
  'a signal of %s that is cut into pieces is flat and saturated as before',
  async (variant) => {
    const next = seededNumbers(11);
    const [electrode] = goodOptions(variant).signals;
    const signals = [{ ...electrode!, samplesPerDataRecord: 200 * 90 }];
    const options = goodOptions(variant, { signals, dataRecordCount: 2, dataRecordDurationSeconds: 90 });
    const samples = Array.from({ length: 200 * 90 }, (_, i) =>
      i > 2000 && i < 16_000 ? 5 : (next() % 999) - 500,
    );
    samples[17_000] = 32_000;
    const bytes = recordingBytes(options, [{ samples: [samples] }, { samples: [samples] }]);
    const whole = await foundIn(bytes, Infinity);
    expect(whole.findings).toMatchObject([
      { id: 'EDF065', message: expect.stringMatching('does not change') },
    ]);
    expect(await foundIn(bytes, 0, 1000)).toEqual(whole);
  },
);

test('a data record of 180 MB takes a few megabytes, and single reads of one', async () => {
  const samplesPerDataRecord = 30_000_000;
  const [electrode] = goodOptions('EDF').signals;
  const signals = ['Fp1', 'Fp2', 'Cz'].map((sensor) => ({
    ...electrode!,
    label: `EEG ${sensor}`,
    samplesPerDataRecord,
  }));
  const header = encodeHeader(
    goodOptions('EDF', { signals, dataRecordCount: 1, dataRecordDurationSeconds: 60_000 }),
  );
  const byteLength = header.length + 3 * 2 * samplesPerDataRecord;
  let longest = 0;
  const source: ByteSource = {
    byteLength,
    async slice(start, end) {
      longest = Math.max(longest, end - start);
      const bytes = new Uint8Array(end - start);
      if (start < header.length) bytes.set(header.subarray(start, end));
      return bytes;
    },
  };
  const kernels = await loadKernels();
  const { findings, dataRecordCount } = await checkEdf(source, { kernels });
  expect(dataRecordCount).toBe(1);
  expect(findings.filter(({ id }) => id === 'EDF065')).toHaveLength(3);
  expect(longest).toBeLessThanOrEqual(1_048_576);
  expect(kernels.memory.buffer.byteLength).toBeLessThan(4_000_000);
}, 60_000);
