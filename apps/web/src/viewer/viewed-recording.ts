import type { Hypnogram, OverviewIndex } from '@edf-pipeline/analysis';
import type { ByteSource, EdfHeader, SignalHeader } from '@edf-pipeline/edf';
import { physicalScale } from '@edf-pipeline/edf';
import { displayUnit, microvoltsPerUnit } from './amplitude.ts';
import type { AnnotationIndex } from './annotation-index.ts';
import { signalKind } from './signal-kind.ts';
import type { SignalKind } from './signal-kind.ts';
import type { ShownRun } from './timeline.ts';

/** An ordinary signal as the viewer draws it: physical value = gain * (digital value + offset). */
export interface ShownSignal {
  readonly index: number;
  /** The file's own text: make it visible before printing it. */
  readonly label: string;
  readonly unit: string;
  readonly kind: SignalKind;
  readonly gain: number;
  readonly offset: number;
  readonly isCalibrated: boolean;
  /** Microvolts of one physical unit; null when the signal is not drawn by the common amplitude. */
  readonly microvolts: number | null;
  /** Least height of an automatic range, physical units: slow trends are not blown up to their last digit. */
  readonly leastRange: number;
  readonly samplesPerDataRecord: number;
}

/** All that the viewer knows about a recording; parts that come with the analysis may be missing at first. */
export interface ViewedRecording {
  readonly header: EdfHeader;
  readonly dataRecordCount: number;
  readonly edf: ByteSource;
  readonly runs: readonly ShownRun[];
  /** False while gaps of a discontinuous recording are not known yet. */
  readonly isTimelineKnown: boolean;
  readonly durationSeconds: number;
  readonly signals: readonly ShownSignal[];
  readonly overview: { readonly index: OverviewIndex; readonly source: ByteSource } | null;
  readonly annotations: AnnotationIndex | null;
  readonly hypnogram: Hypnogram | null;
}

/** The ordinary signals of a header, in file order. */
export function shownSignals(header: EdfHeader): ShownSignal[] {
  return header.signals
    .filter(({ isAnnotations, samplesPerDataRecord }) => !isAnnotations && samplesPerDataRecord > 0)
    .map((signal) => {
      const { gain, offset } = physicalScale(signal);
      return {
        index: signal.index,
        label: signal.label,
        unit: signal.isCalibrated ? displayUnit(signal.physicalDimension) : 'digital',
        kind: signalKind(signal.label),
        gain,
        offset,
        isCalibrated: signal.isCalibrated,
        microvolts: signal.isCalibrated ? commonAmplitude(signal) : null,
        leastRange: leastRangeOf(signal, header.dataRecordDurationSeconds),
        samplesPerDataRecord: signal.samplesPerDataRecord,
      };
    });
}

/** Second of the local day at which a recording began; null when its header does not tell. */
export function startSecondOfDay(startDateTime: string | null): number | null {
  const match = /T(\d\d):(\d\d):(\d\d(?:\.\d+)?)/.exec(startDateTime ?? '');
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : null;
}

/**
 * Voltages of brain, eyes, muscles and heart share one amplitude. A belt or a cannula whose amplifier prints
 * millivolts does not: it fills its own row.
 */
function commonAmplitude({ label, physicalDimension }: SignalHeader): number | null {
  const microvolts = microvoltsPerUnit(physicalDimension);
  const kind = signalKind(label);
  if (kind === 'respiration' || (kind === 'other' && microvolts !== null && microvolts > 1)) return null;
  return microvolts;
}

function leastRangeOf(signal: SignalHeader, recordSeconds: number): number {
  const isSlow = signal.samplesPerDataRecord <= 4 * recordSeconds;
  const range = Math.abs(signal.physicalMax - signal.physicalMin);
  return isSlow && signal.isCalibrated && Number.isFinite(range) ? range * 0.05 : 0;
}
