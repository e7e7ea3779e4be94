import type { EdfHeader, SignalHeader } from '@edf-pipeline/edf';
import { type ExactRatio, exactRatio } from './exact-ratio.ts';
import { epochNs, ordinarySignals } from './plan.ts';
import type { AnalysisPlan } from './plan.ts';

/** How a level of the overview holds a signal: extremes of each bin, its very samples, or nothing (no samples). */
export type LevelKind = 'minmax' | 'raw' | 'none';

/** An ordinary signal with the grids its samples fall on. */
export interface MeasuredSignal {
  readonly header: SignalHeader;
  /** Position among the ordinary signals. */
  readonly position: number;
  readonly samplesPerDataRecord: number;
  /** Both limits of the digital range, NaN when the header gives no usable range. */
  readonly lowest: number;
  readonly highest: number;
  /** First level with extremes; as many as there are levels when none has. */
  readonly baseLevel: number;
  /** Samples per epoch, null when there are no epochs. */
  readonly samplesPerEpoch: ExactRatio | null;
  readonly epochsPerSample: ExactRatio | null;
}

/** The ordinary signals of a plan with their grids, in header order. */
export function measuredSignals(plan: AnalysisPlan): MeasuredSignal[] {
  const { header, samplesOfFastestPerRecord, levelFactors, hasEpochs } = plan;
  return ordinarySignals(header).map((signal, position) => {
    const { samplesPerDataRecord, digitalMin, digitalMax } = signal;
    const kinds = levelFactors.map((factor) =>
      levelKind(factor, samplesPerDataRecord, samplesOfFastestPerRecord),
    );
    const firstWithExtremes = kinds.indexOf('minmax');
    const hasLimits = digitalMin < digitalMax;
    const samplesOfAnEpoch = epochNs * BigInt(samplesPerDataRecord);
    const isOnEpochs = hasEpochs && samplesPerDataRecord > 0;
    return {
      header: signal,
      position,
      samplesPerDataRecord,
      lowest: hasLimits ? digitalMin : NaN,
      highest: hasLimits ? digitalMax : NaN,
      baseLevel: firstWithExtremes < 0 ? levelFactors.length : firstWithExtremes,
      samplesPerEpoch: isOnEpochs ? exactRatio(samplesOfAnEpoch, header.dataRecordDurationNs) : null,
      epochsPerSample: isOnEpochs ? exactRatio(header.dataRecordDurationNs, samplesOfAnEpoch) : null,
    };
  });
}

/** The kind of a signal at a level: extremes as soon as a bin holds two of its samples or more. */
export function levelKind(
  factor: number,
  samplesPerDataRecord: number,
  samplesOfFastestPerRecord: number,
): LevelKind {
  if (samplesPerDataRecord === 0) return 'none';
  return factor * samplesPerDataRecord >= 2 * samplesOfFastestPerRecord ? 'minmax' : 'raw';
}

/** Samples of a signal per bin of `factor` samples of the fastest signal. */
export function samplesPerBin(
  factor: number,
  samplesPerDataRecord: number,
  samplesOfFastestPerRecord: number,
): ExactRatio {
  return exactRatio(BigInt(factor) * BigInt(samplesPerDataRecord), BigInt(samplesOfFastestPerRecord));
}

/** The other way round: bins per sample, so that floorTimes(sample, ...) is the bin a sample lies in. */
export function inverse(ratio: ExactRatio): ExactRatio {
  return { numerator: ratio.denominator, denominator: ratio.numerator, n: ratio.d, d: ratio.n };
}

/** The bins of a level that data records [from, to) of a run touch: first bin, and one past the last. */
export function binsOfRecords(
  factor: number,
  samplesOfFastestPerRecord: number,
  from: number,
  to: number,
): { firstBin: number; endBin: number } {
  return {
    firstBin: Math.floor((from * samplesOfFastestPerRecord) / factor),
    endBin: Math.ceil((to * samplesOfFastestPerRecord) / factor),
  };
}

/** True when data records say themselves when they begin, so that there can be gaps. */
export function hasTimeKeeping(header: EdfHeader): boolean {
  return header.variant.includes('+');
}

/**
 * What a bin holds before any sample: the highest value as minimum, the lowest as maximum. No sample can leave a bin
 * so, whatever its value.
 */
export function emptyBin(header: EdfHeader): { min: number; max: number } {
  return header.bytesPerSample === 2 ? { min: 0x7fff, max: -0x8000 } : { min: 0x7fffff, max: -0x800000 };
}
