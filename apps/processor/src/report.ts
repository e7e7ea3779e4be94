import type { RecordingFacts, Report } from '@edf-pipeline/contracts';
import type { AnalysisResult } from '@edf-pipeline/analysis';
import type { EdfFile } from '@edf-pipeline/edf';
import { sampleRateHz } from '@edf-pipeline/edf';

/** `report.json`: what a person wants to know first of a recording. Holds identifying text. */
export function reportOf(file: EdfFile, result: AnalysisResult): Report {
  const { header, dataRecordCount } = file;
  return {
    schemaVersion: 1,
    header: {
      variant: header.variant,
      localPatientIdentification: header.localPatientIdentification,
      localRecordingIdentification: header.localRecordingIdentification,
      startDateTime: header.startDateTime,
      headerByteLength: header.headerByteLength,
      declaredDataRecordCount: header.declaredDataRecordCount,
      dataRecordCount,
      dataRecordByteLength: header.dataRecordByteLength,
      dataRecordDurationSeconds: header.dataRecordDurationSeconds,
      dataRecordDurationNs: String(header.dataRecordDurationNs),
    },
    signals: header.signals.map((signal) => ({
      index: signal.index,
      label: signal.label,
      transducerType: signal.transducerType,
      physicalDimension: signal.physicalDimension,
      physicalMin: finite(signal.physicalMin),
      physicalMax: finite(signal.physicalMax),
      digitalMin: finite(signal.digitalMin),
      digitalMax: finite(signal.digitalMax),
      prefiltering: signal.prefiltering,
      samplesPerDataRecord: signal.samplesPerDataRecord,
      sampleRateHz: sampleRateHz(header, signal),
      isAnnotations: signal.isAnnotations,
      isCalibrated: signal.isCalibrated,
      byteOffsetInDataRecord: signal.byteOffsetInDataRecord,
    })),
    statistics: result.statistics.map((each) => ({
      signal: each.signal,
      sampleCount: each.sampleCount,
      digitalMin: finite(each.digitalMin),
      digitalMax: finite(each.digitalMax),
      physicalMin: finite(each.physicalMin),
      physicalMax: finite(each.physicalMax),
      mean: finite(each.mean),
      standardDeviation: finite(each.standardDeviation),
      rootMeanSquare: finite(each.rootMeanSquare),
      clippedCount: each.clippedCount,
      outOfRangeCount: each.outOfRangeCount,
      flatCount: each.flatCount,
      longestFlatSeconds: finite(each.longestFlatSeconds) ?? 0,
    })),
    runs: result.timeline.runs.map(({ firstRecord, recordCount, startNs }) => ({
      firstRecord,
      recordCount,
      startNs: String(startNs),
    })),
    annotationCount: result.annotations.length,
    durationSeconds: durationSeconds(file, result),
    findings: [...file.findings, ...result.findings],
  };
}

/** What a list says of the recording; nothing that identifies anybody. */
export function factsOf({ header, signals, durationSeconds: seconds, findings }: Report): RecordingFacts {
  return {
    variant: header.variant,
    signalCount: signals.filter(({ isAnnotations }) => !isAnnotations).length,
    durationSeconds: seconds,
    findingCount: findings.length,
  };
}

/** From the first to the last sample, gaps included. */
function durationSeconds({ header }: EdfFile, { timeline }: AnalysisResult): number {
  const first = timeline.runs[0];
  if (!first) return 0;
  let end = first.startNs;
  for (const { startNs, recordCount } of timeline.runs) {
    const runEnd = startNs + BigInt(recordCount) * header.dataRecordDurationNs;
    if (runEnd > end) end = runEnd;
  }
  return Number(end - first.startNs) / 1e9;
}

/** JSON knows no NaN: what a field does not say is null. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
