import type { EdfFile, RecordingAnnotations, SignalHeader } from '@edf-pipeline/edf';
import { decimalFromNanoseconds, sampleRateHz } from '@edf-pipeline/edf';
import { formatBytes, formatSeconds, tableLines } from './format.ts';

/** What `edf info --json` prints. Times are seconds from the start; `…Ns` the same exactly. */
export function recordingAsJson(path: string, file: EdfFile, read: RecordingAnnotations): object {
  const { header, source, dataRecordCount } = file;
  const durationNs = header.dataRecordDurationNs;
  return {
    file: path,
    byteLength: source.byteLength,
    variant: header.variant,
    startDateTime: header.startDateTime,
    localPatientIdentification: header.localPatientIdentification,
    localRecordingIdentification: header.localRecordingIdentification,
    reserved: header.reserved,
    headerByteLength: header.headerByteLength,
    headerShift: header.headerShift,
    bytesPerSample: header.bytesPerSample,
    dataRecordCount,
    declaredDataRecordCount: header.declaredDataRecordCount,
    dataRecordDurationSeconds: header.dataRecordDurationSeconds,
    dataRecordByteLength: header.dataRecordByteLength,
    signals: header.signals.map((signal) => ({
      ...signal,
      samplesPerSecond: sampleRateHz(header, signal),
      sampleCount: signal.samplesPerDataRecord * dataRecordCount,
    })),
    timeline: {
      runs: read.timeline.runs.map(({ firstRecord, recordCount, startNs }) => ({
        firstRecord,
        recordCount,
        startNs: String(startNs),
        startSeconds: secondsOf(startNs),
        durationSeconds: secondsOf(durationNs * BigInt(recordCount)),
      })),
    },
    annotationCount: read.annotations.length,
  };
}

/** The same for people. Indexes count from 0, as `--signal` takes them. */
export function recordingLines(path: string, file: EdfFile, read: RecordingAnnotations): string[] {
  const { header, source, dataRecordCount } = file;
  const { runs } = read.timeline;
  const about: [string, string][] = [
    ['file', path],
    ['kind', `${header.variant}, ${formatBytes(source.byteLength)}`],
    ['start', header.startDateTime?.replace('T', ' ') ?? '(cannot be read)'],
    ['patient', header.localPatientIdentification || '(blank)'],
    ['recording', header.localRecordingIdentification || '(blank)'],
    ['data records', `${dataRecordCount} of ${header.dataRecordDurationSeconds} s`],
    ['recorded', formatSeconds(dataRecordCount * header.dataRecordDurationSeconds)],
    ['annotations', String(read.annotations.length)],
  ];
  const rows = header.signals.map((signal) => [
    String(signal.index),
    signal.label || '(no label)',
    ...(signal.isAnnotations ? ['', '', ''] : ordinaryCells(file, signal)),
  ]);
  const shown = runs.slice(0, maxRunLines).map(({ startNs, recordCount }) => {
    const length = secondsOf(header.dataRecordDurationNs * BigInt(recordCount));
    return `  from ${decimalFromNanoseconds(startNs)} s for ${length} s`;
  });
  const more =
    runs.length > maxRunLines ? [`  and ${runs.length - maxRunLines} more (--json lists them)`] : [];
  return [
    ...tableLines(about),
    '',
    ...tableLines([['index', 'label', 'samples/s', 'dimension', 'physical limits'], ...rows]),
    '',
    runs.length === 1 ? 'one run without a gap' : `${runs.length} runs with gaps between them`,
    ...shown,
    ...more,
  ];
}

const maxRunLines = 20;

function ordinaryCells({ header }: EdfFile, signal: SignalHeader): string[] {
  const limits = signal.isCalibrated ? `${signal.physicalMin} to ${signal.physicalMax}` : '(no scale)';
  return [String(sampleRateHz(header, signal)), signal.physicalDimension || '(none)', limits];
}

function secondsOf(nanoseconds: bigint): number {
  return Number(decimalFromNanoseconds(nanoseconds));
}
