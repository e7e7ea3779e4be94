import fc from 'fast-check';
import { physicalScale, sampleRateHz } from '@edf-pipeline/edf';
import { analyseBlock } from './analyse-block.ts';
import { decodeTile, tileBins, tileSpans } from './overview-format.ts';
import type { OverviewIndex } from './overview-format.ts';
import { blockRange, planAnalysis } from './plan.ts';
import { AnalysisReducer } from './reduce.ts';
import { analyseRecording, analyseRecordingInLentMemory } from './test-support/analyse-recording.ts';
import { generateRecording, recordingRecipes } from './test-support/generated-recording.ts';
import type { GeneratedRecording } from './test-support/generated-recording.ts';
import {
  naiveBins,
  naiveEpochs,
  naiveLongestFlat,
  naiveMeasures,
  naiveRuns,
} from './test-support/naive-analysis.ts';

const fewRuns = { numRuns: 60 };

function ordinaryOf({ header }: GeneratedRecording) {
  return header.signals.filter((signal) => !signal.isAnnotations);
}

/** All bins or samples of a signal at a level, tile after tile. */
function levelValues(index: OverviewIndex, overview: Uint8Array, level: number, signal: number) {
  const { tiles, binCount } = index.levels[level]!;
  const min: number[] = [];
  const max: number[] = [];
  tiles.forEach(({ offset, byteLength }, tile) => {
    const values = decodeTile(index, level, tile, overview.subarray(offset, offset + byteLength))[signal]!;
    const bins = Math.min(tileBins, binCount - tile * tileBins);
    if (index.levels[level]!.kinds[signal] === 'minmax') {
      min.push(...values.subarray(0, bins));
      max.push(...values.subarray(bins));
    } else {
      min.push(...values);
    }
  });
  return { min, max };
}

describe('the analysis of a recording', () => {
  test('gives the statistics that counting sample by sample gives', () => {
    fc.assert(
      fc.property(recordingRecipes, fc.integer({ min: 1, max: 20 }), (recipe, recordsPerBlock) => {
        const recording = generateRecording(recipe);
        const { header, file, samples } = recording;
        const result = analyseRecording(header, file, recordsPerBlock);
        const runs = naiveRuns(header, recording.onsetsNs);
        expect(result.timeline.runs).toEqual(runs);
        ordinaryOf(recording).forEach((signal, position) => {
          const all = Array.from(samples[position]!);
          const epochs = naiveEpochs(header, signal, samples[position]!, runs);
          const flat = epochs.reduce((sum, epoch) => sum + epoch.flat, 0);
          const naive = naiveMeasures(signal, all, flat);
          const statistics = result.statistics[position]!;
          expect(statistics).toMatchObject({
            signal: signal.index,
            sampleCount: all.length,
            clippedCount: naive.clipped,
            outOfRangeCount: naive.outOfRange,
            flatCount: flat,
          });
          if (all.length === 0) {
            expect(statistics.mean).toBeNaN();
            return;
          }
          const { gain, offset } = physicalScale(signal);
          expect(statistics.digitalMin).toBe(all.reduce((a, b) => Math.min(a, b)));
          expect(statistics.digitalMax).toBe(all.reduce((a, b) => Math.max(a, b)));
          expect(statistics.physicalMin).toBe(naive.min);
          expect(statistics.physicalMax).toBe(naive.max);
          expect(statistics.mean).toBe(naive.mean);
          expect(statistics.standardDeviation).toBe(naive.standardDeviation);
          const squares = all.reduce((sum, value) => sum + (gain * (value + offset)) ** 2, 0);
          expect(statistics.rootMeanSquare).toBeCloseTo(Math.sqrt(squares / all.length), 6);
          const longest = naiveLongestFlat(signal, samples[position]!, runs);
          expect(statistics.longestFlatSeconds).toBe(longest / sampleRateHz(header, signal));
        });
      }),
      fewRuns,
    );
  });

  test('gives the epochs that counting sample by sample gives, none across a gap', () => {
    fc.assert(
      fc.property(recordingRecipes, fc.integer({ min: 1, max: 20 }), (recipe, recordsPerBlock) => {
        const recording = generateRecording(recipe);
        const { header, file, samples } = recording;
        const { epochStatistics: table } = analyseRecording(header, file, recordsPerBlock);
        const runs = naiveRuns(header, recording.onsetsNs);
        const naive = ordinaryOf(recording).flatMap((signal, position) =>
          naiveEpochs(header, signal, samples[position]!, runs).map((epoch) => ({
            ...epoch,
            signal: signal.index,
          })),
        );
        expect(Array.from(table.signal)).toEqual(naive.map((epoch) => epoch.signal));
        expect(Array.from(table.epoch)).toEqual(naive.map((epoch) => epoch.epoch));
        expect(Array.from(table.startNs)).toEqual(naive.map((epoch) => epoch.startNs));
        expect(Array.from(table.sampleCount)).toEqual(naive.map((epoch) => epoch.count));
        expect(Array.from(table.flatCount)).toEqual(naive.map((epoch) => epoch.flat));
        expect(Array.from(table.clippedCount)).toEqual(naive.map((epoch) => epoch.clipped));
        expect(Array.from(table.min)).toEqual(naive.map((epoch) => epoch.min));
        expect(Array.from(table.max)).toEqual(naive.map((epoch) => epoch.max));
        expect(Array.from(table.mean)).toEqual(naive.map((epoch) => epoch.mean));
        expect(Array.from(table.standardDeviation)).toEqual(naive.map((epoch) => epoch.standardDeviation));
      }),
      fewRuns,
    );
  });

  test('holds in every overview bin the extremes of the samples that lie in it', () => {
    fc.assert(
      fc.property(recordingRecipes, fc.integer({ min: 1, max: 20 }), (recipe, recordsPerBlock) => {
        const recording = generateRecording(recipe);
        const { header, file, samples } = recording;
        const { overviewIndex: index, overview } = analyseRecording(header, file, recordsPerBlock);
        const runs = naiveRuns(header, recording.onsetsNs);
        index.levels.forEach((level, number) => {
          ordinaryOf(recording).forEach((signal, position) => {
            const values = levelValues(index, overview, number, position);
            const kind = level.kinds[position];
            const bins =
              kind === 'none'
                ? []
                : naiveBins(signal, samples[position]!, runs, level.factor, index.samplesOfFastestPerRecord);
            if (kind === 'raw') expect(values.min).toEqual(bins.flat());
            if (kind !== 'minmax') return;
            const [empty, full] = header.bytesPerSample === 2 ? [32767, -32768] : [8388607, -8388608];
            expect(values.min).toEqual(bins.map((bin) => bin.reduce((a, b) => Math.min(a, b), empty)));
            expect(values.max).toEqual(bins.map((bin) => bin.reduce((a, b) => Math.max(a, b), full)));
            expect(level.binCount).toBe(bins.length);
          });
          const spans = level.tiles.flatMap((_, tile) => tileSpans(index, number, tile));
          expect(spans.reduce((sum, span) => sum + span.binCount, 0)).toBe(level.binCount);
        });
      }),
      fewRuns,
    );
  });

  test('is the same to the byte however the recording is cut into blocks', () => {
    fc.assert(
      fc.property(recordingRecipes, (recipe) => {
        const { header, file } = generateRecording(recipe);
        const whole = analyseRecording(header, file);
        for (const recordsPerBlock of [1, 7]) {
          expect(analyseRecording(header, file, recordsPerBlock)).toEqual(whole);
        }
      }),
      fewRuns,
    );
  });

  test('emits tiles in the same order for large recordings with many levels, whatever the blocks', () => {
    const { header, file } = generateRecording({
      variant: 'EDF+D',
      dataRecordDurationSeconds: 1,
      dataRecordCount: 700,
      samplesPerDataRecord: [250, 1, 100, 3],
      gaps: [131, 132, 400],
      seed: 7,
    });
    const whole = analyseRecording(header, file);
    expect(whole.overviewIndex.levels.length).toBeGreaterThan(2);
    expect(whole.overviewIndex.levels[0]!.tiles.length).toBeGreaterThan(10);
    for (const recordsPerBlock of [1, 64, 100, 333]) {
      expect(analyseRecording(header, file, recordsPerBlock)).toEqual(whole);
      expect(analyseRecordingInLentMemory(header, file, recordsPerBlock)).toEqual(whole);
    }
    const places = whole.overviewIndex.levels
      .flatMap((level) => level.tiles)
      .sort((a, b) => a.offset - b.offset);
    let end = 0;
    for (const { offset, byteLength } of places) {
      expect(offset).toBe(end);
      end = offset + byteLength;
    }
    expect(end).toBe(whole.overview.length);
  });

  test('reports samples out of range with their count and the place of the first', () => {
    const { header, file, samples } = generateRecording({
      variant: 'EDF',
      dataRecordDurationSeconds: 1,
      dataRecordCount: 40,
      samplesPerDataRecord: [16, 100],
      gaps: [],
      seed: 3,
    });
    const { findings } = analyseRecording(header, file, 3);
    const beyond = (value: number) => value < -8192 || value > 8191;
    const first = samples[1]!.findIndex(beyond);
    const record = Math.floor(first / 100);
    const offset = header.headerByteLength + record * 232 + 32 + (first % 100) * 2;
    const finding = findings.find(({ id }) => id === 'EDF064');
    expect(finding).toMatchObject({ signal: 1, record, offset, length: 2 });
    expect(finding?.message).toContain(` ${samples[1]!.filter(beyond).length} samples`);
    expect(new DataView(file.buffer).getInt16(offset, true)).toBe(samples[1]![first]);
  });

  test('refuses blocks out of order and a result without all blocks', () => {
    const { header, file } = generateRecording({
      variant: 'EDF',
      dataRecordDurationSeconds: 1,
      dataRecordCount: 4,
      samplesPerDataRecord: [10],
      gaps: [],
      seed: 1,
    });
    const plan = planAnalysis(header, 4, { blockByteLength: 40 });
    const reducer = new AnalysisReducer(plan, { overview: () => {} });
    const { start, end } = blockRange(plan, 1);
    const second = analyseBlock(plan, 1, file.subarray(start, end));
    expect(() => reducer.add(second)).toThrow(RangeError);
    expect(() => reducer.finish()).toThrow(RangeError);
    expect(() => analyseBlock(plan, 1, file)).toThrow(RangeError);
    expect(() => blockRange(plan, 2)).toThrow(RangeError);
  });
});
