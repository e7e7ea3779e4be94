import { physicalScale } from '@edf-pipeline/edf';
import type { EdfHeader, Run, SignalHeader } from '@edf-pipeline/edf';

// Everything the slow and obvious way: whole arrays, one sample at a time, bigints for sums and for times.

/** The samples of one run of a signal. */
export function runSamples(signal: SignalHeader, samples: Int32Array, run: Run): Int32Array {
  const count = signal.samplesPerDataRecord;
  return samples.subarray(run.firstRecord * count, (run.firstRecord + run.recordCount) * count);
}

export function naiveRuns(header: EdfHeader, onsetsNs: readonly bigint[]): Run[] {
  const runs: { firstRecord: number; recordCount: number; startNs: bigint }[] = [];
  onsetsNs.forEach((startNs, record) => {
    const run = runs.at(-1);
    const expected = run && run.startNs + header.dataRecordDurationNs * BigInt(run.recordCount);
    if (expected === startNs) run!.recordCount++;
    else runs.push({ firstRecord: record, recordCount: 1, startNs });
  });
  return runs;
}

export interface NaiveMeasures {
  count: number;
  min: number;
  max: number;
  mean: number;
  standardDeviation: number;
  clipped: number;
  outOfRange: number;
  flat: number;
}

/** Measures of chosen samples; `flat` compares with the sample before in the same run. */
export function naiveMeasures(signal: SignalHeader, values: readonly number[], flat: number): NaiveMeasures {
  const { gain, offset } = physicalScale(signal);
  const n = BigInt(values.length);
  let sum = 0n;
  let squares = 0n;
  for (const value of values) {
    sum += BigInt(value);
    squares += BigInt(value) ** 2n;
  }
  const ends = values.map((value) => gain * (value + offset));
  const { digitalMin, digitalMax } = signal;
  return {
    count: values.length,
    min: ends.reduce((a, b) => Math.min(a, b), Infinity),
    max: ends.reduce((a, b) => Math.max(a, b), -Infinity),
    mean: gain * (Number(sum) / values.length + offset),
    standardDeviation: Math.abs(gain) * (Math.sqrt(Number(n * squares - sum * sum)) / values.length),
    clipped: values.filter((value) => value === digitalMin || value === digitalMax).length,
    outOfRange: values.filter((value) => value < digitalMin || value > digitalMax).length,
    flat,
  };
}

export interface NaiveEpoch extends NaiveMeasures {
  epoch: number;
  startNs: bigint;
}

export function naiveEpochs(
  header: EdfHeader,
  signal: SignalHeader,
  samples: Int32Array,
  runs: readonly Run[],
) {
  const epochNs = 30_000_000_000n;
  const perRecord = BigInt(signal.samplesPerDataRecord);
  const epochs: NaiveEpoch[] = [];
  let base = 0;
  for (const run of runs) {
    const values = runSamples(signal, samples, run);
    const byEpoch = new Map<number, { values: number[]; flat: number }>();
    values.forEach((value, i) => {
      const epoch = Number((BigInt(i) * header.dataRecordDurationNs) / (perRecord * epochNs));
      const entry = byEpoch.get(epoch) ?? { values: [], flat: 0 };
      entry.values.push(value);
      if (i > 0 && values[i - 1] === value) entry.flat++;
      byEpoch.set(epoch, entry);
    });
    for (const [epoch, entry] of byEpoch) {
      const measures = naiveMeasures(signal, entry.values, entry.flat);
      epochs.push({ ...measures, epoch: base + epoch, startNs: run.startNs + BigInt(epoch) * epochNs });
    }
    const lengthNs = BigInt(run.recordCount) * header.dataRecordDurationNs;
    base += Number((lengthNs + epochNs - 1n) / epochNs);
  }
  return epochs;
}

/** Number of equal neighbours in the longest stretch of equal samples of any run. */
export function naiveLongestFlat(signal: SignalHeader, samples: Int32Array, runs: readonly Run[]): number {
  let longest = 0;
  for (const run of runs) {
    let now = 0;
    runSamples(signal, samples, run).forEach((value, i, values) => {
      now = i > 0 && values[i - 1] === value ? now + 1 : 0;
      longest = Math.max(longest, now);
    });
  }
  return longest;
}

/** The bins of a level: for each, the samples of the signal that lie in it. */
export function naiveBins(
  signal: SignalHeader,
  samples: Int32Array,
  runs: readonly Run[],
  factor: number,
  samplesOfFastestPerRecord: number,
): number[][] {
  const bins: number[][] = [];
  for (const run of runs) {
    const count = Math.ceil((run.recordCount * samplesOfFastestPerRecord) / factor);
    const ofRun = Array.from({ length: count }, (): number[] => []);
    runSamples(signal, samples, run).forEach((value, i) => {
      const perBin = BigInt(factor) * BigInt(signal.samplesPerDataRecord);
      ofRun[Number((BigInt(i) * BigInt(samplesOfFastestPerRecord)) / perBin)]!.push(value);
    });
    bins.push(...ofRun);
  }
  return bins;
}
