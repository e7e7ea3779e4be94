import { encodeHeader, parseHeader } from '@edf-pipeline/edf';
import type { EdfVariant, WriteSignal } from '@edf-pipeline/edf';
import { blockRange, planAnalysis } from './plan.ts';

function headerOf(counts: number[], dataRecordDurationSeconds = 1, variant: EdfVariant = 'EDF') {
  const signals = counts.map((samplesPerDataRecord): WriteSignal => ({
    label: 'S',
    physicalDimension: 'uV',
    physicalMin: -1,
    physicalMax: 1,
    samplesPerDataRecord,
  }));
  const startDateTime = '2024-05-02T22:30:00';
  return parseHeader(
    encodeHeader({ variant, startDateTime, dataRecordDurationSeconds, dataRecordCount: 1, signals }),
  );
}

test('blocks are whole data records of about 1 MiB, one after another from the end of the header', () => {
  const plan = planAnalysis(headerOf([500, 500]), 10_000);
  expect(plan.recordsPerBlock).toBe(524);
  expect(plan.blockCount).toBe(20);
  expect(blockRange(plan, 0)).toEqual({
    firstRecord: 0,
    recordCount: 524,
    start: 768,
    end: 768 + 524 * 2000,
  });
  expect(blockRange(plan, 19)).toEqual({
    firstRecord: 9956,
    recordCount: 44,
    start: 768 + 9956 * 2000,
    end: 768 + 10_000 * 2000,
  });
});

test('a data record larger than a block is a block', () => {
  expect(planAnalysis(headerOf([10_000_000]), 3)).toMatchObject({ recordsPerBlock: 1, blockCount: 3 });
});

test('a block of tiny data records holds a bounded number of them', () => {
  expect(planAnalysis(headerOf([1]), 1_000_000).recordsPerBlock).toBe(131_072);
});

test('levels go up by fours from 16 samples of the fastest signal until a level has 2048 bins or fewer', () => {
  const plan = planAnalysis(headerOf([256, 1]), 8 * 3600);
  expect(plan.levelFactors).toEqual([16, 64, 256, 1024, 4096]);
  expect(planAnalysis(headerOf([1]), 1).levelFactors).toEqual([16]);
  expect(planAnalysis(headerOf([1]), 0).levelFactors).toEqual([]);
});

test('a header that promises more epochs than memory holds gets none', () => {
  expect(planAnalysis(headerOf([256], 1), 5 * 86_400).hasEpochs).toBe(true);
  expect(planAnalysis(headerOf([4_000_000], 99_999_999), 1).hasEpochs).toBe(false);
  expect(planAnalysis(headerOf([1], 99_999_999), 1_000).hasEpochs).toBe(false);
});

test('data records that last no time are not measured', () => {
  const plan = planAnalysis(headerOf([10], 0), 5);
  expect(plan).toMatchObject({ samplesOfFastestPerRecord: 0, levelFactors: [], blockCount: 1 });
});
