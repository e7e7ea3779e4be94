import { decodeTile, levelFor, tileSpans, tilesForWindow } from './overview-format.ts';
import { analyseRecording } from './test-support/analyse-recording.ts';
import { generateRecording } from './test-support/generated-recording.ts';

const { header, file } = generateRecording({
  variant: 'EDF+D',
  dataRecordDurationSeconds: 1,
  dataRecordCount: 300,
  samplesPerDataRecord: [256, 1],
  gaps: [100],
  seed: 5,
});
const { overviewIndex: index, overview } = analyseRecording(header, file, 10);
const gapNs = BigInt(index.runs[1]!.startNs) - 100_000_000_000n;

test('the index says how each level holds each signal', () => {
  expect(index.levels.map(({ factor }) => factor)).toEqual([16, 64]);
  expect(index.levels[0]).toMatchObject({
    binSeconds: 1 / 16,
    binCount: 4800,
    firstBinOfRun: [0, 1600],
    kinds: ['minmax', 'raw'],
  });
});

test('levelFor gives the coarsest level whose bins fit a pixel, and -1 for the data records themselves', () => {
  expect(levelFor(index, 0.01)).toBe(-1);
  expect(levelFor(index, 1 / 16)).toBe(0);
  expect(levelFor(index, 0.2)).toBe(0);
  expect(levelFor(index, 0.25)).toBe(1);
  expect(levelFor(index, 100)).toBe(1);
});

test('tileSpans gives the parts of runs that a tile holds, with their times', () => {
  expect(tileSpans(index, 0, 1)).toEqual([
    { run: 0, firstBin: 1024, binCount: 576, at: 0, startNs: 64_000_000_000n },
    { run: 1, firstBin: 0, binCount: 448, at: 576, startNs: BigInt(index.runs[1]!.startNs) },
  ]);
  expect(tileSpans(index, 0, 4)).toEqual([
    {
      run: 1,
      firstBin: 2496,
      binCount: 704,
      at: 0,
      startNs: BigInt(index.runs[1]!.startNs) + 156_000_000_000n,
    },
  ]);
});

test('tilesForWindow gives the tiles that hold anything of a time window, none for a window within a gap', () => {
  const seconds = (value: number) => BigInt(value * 1e9);
  expect(tilesForWindow(index, 0, 0n, seconds(64))).toEqual([0]);
  expect(tilesForWindow(index, 0, 0n, seconds(64) + 1n)).toEqual([0, 1]);
  expect(tilesForWindow(index, 0, seconds(90), seconds(100) + gapNs + 1n)).toEqual([1]);
  expect(tilesForWindow(index, 0, seconds(100), seconds(100) + gapNs)).toEqual([]);
  expect(tilesForWindow(index, 0, -seconds(50), -seconds(1))).toEqual([]);
  expect(tilesForWindow(index, 0, 0n, seconds(100_000))).toEqual([0, 1, 2, 3, 4]);
});

test('decodeTile refuses bytes that are not the tile', () => {
  const { offset, byteLength } = index.levels[0]!.tiles[0]!;
  const bytes = overview.subarray(offset, offset + byteLength);
  expect(decodeTile(index, 0, 0, bytes).map((values) => values.length)).toEqual([2048, 64]);
  expect(() => decodeTile(index, 0, 0, bytes.subarray(2))).toThrow(RangeError);
});
