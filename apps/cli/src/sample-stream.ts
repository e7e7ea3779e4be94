import { readInto, TimeAxis } from '@edf-pipeline/edf';
import type { EdfFile, Run, SampleSegment, SignalHeader } from '@edf-pipeline/edf';

export type SampleFormat = 'raw' | 'csv' | 'json';

/** Which samples, as what. */
export interface SampleRequest {
  readonly signal: SignalHeader;
  readonly isPhysical: boolean;
  readonly format: SampleFormat;
  /** Runs of the timeline; one run of all data records where their times do not matter. */
  readonly runs: readonly Run[];
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

const samplesAtOnce = 65_536;

/**
 * The stretches without a gap that a request takes samples from.
 *
 * @throws EdfError `range-invalid` when the samples have no times
 */
export function segmentsOf(
  { header }: EdfFile,
  { signal, runs, fromNs, toNs }: SampleRequest,
): SampleSegment[] {
  if (runs.length === 0) return [];
  return new TimeAxis(header, signal, runs).segments(fromNs, toNs);
}

/**
 * Samples in pieces for stdout: raw int32 or float64, little-endian; CSV of time and value; one JSON object. Memory
 * is that of a piece, however long the recording is.
 */
export async function* sampleStream(
  file: EdfFile,
  request: SampleRequest,
  segments: readonly SampleSegment[],
  abort: AbortSignal,
): AsyncGenerator<string | Uint8Array> {
  const { signal, isPhysical, format } = request;
  if (format === 'csv') yield `seconds,${isPhysical ? 'physical' : 'digital'}\n`;
  if (format === 'json') yield `${jsonStart(file, request)},"segments":[`;
  for (const [index, segment] of segments.entries()) {
    const timeOf = timesOf(file, signal, segment);
    if (format === 'json') yield `${index > 0 ? ',' : ''}{"startSeconds":${timeOf(segment.from)},"samples":[`;
    for (let from = segment.from; from < segment.to; from += samplesAtOnce) {
      const to = Math.min(segment.to, from + samplesAtOnce);
      const values = isPhysical ? new Float64Array(to - from) : new Int32Array(to - from);
      await readInto(file, signal.index, { from, to }, values, { signal: abort });
      if (format === 'raw') yield littleEndian(values);
      else if (format === 'json') yield `${from > segment.from ? ',' : ''}${values.join(',')}`;
      else yield csvLines(values, from, timeOf);
    }
    if (format === 'json') yield ']}';
  }
  if (format === 'json') yield ']}\n';
}

function jsonStart({ header }: EdfFile, { signal, isPhysical }: SampleRequest): string {
  const { index, label, physicalDimension, samplesPerDataRecord, isCalibrated } = signal;
  const about = {
    signal: index,
    label,
    physicalDimension,
    isCalibrated,
    samplesPerSecond: samplesPerDataRecord / header.dataRecordDurationSeconds,
    values: isPhysical ? 'physical' : 'digital',
    startDateTime: header.startDateTime,
  };
  return JSON.stringify(about).slice(0, -1);
}

/** Seconds of a sample, as the shortest decimal of whole nanoseconds. */
function timesOf(file: EdfFile, signal: SignalHeader, segment: SampleSegment): (sample: number) => number {
  const { run } = segment;
  const first = run.firstRecord * signal.samplesPerDataRecord;
  const stepNs = Number(file.header.dataRecordDurationNs) / signal.samplesPerDataRecord;
  const startNs = Number(run.startNs);
  return (sample) => Math.round(startNs + (sample - first) * stepNs) / 1e9;
}

function csvLines(
  values: Int32Array | Float64Array,
  from: number,
  timeOf: (sample: number) => number,
): string {
  let lines = '';
  for (let i = 0; i < values.length; i++) lines += `${timeOf(from + i)},${values[i]}\n`;
  return lines;
}

function littleEndian(values: Int32Array | Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (isLittleEndian) return bytes;
  const view = new DataView(values.buffer);
  if (values instanceof Int32Array) values.forEach((value, i) => view.setInt32(4 * i, value, true));
  else values.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return bytes;
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** All data records as one run, for digital or physical values without times. */
export function allSamples(file: EdfFile, signal: SignalHeader): SampleSegment[] {
  const to = signal.samplesPerDataRecord * file.dataRecordCount;
  if (to === 0) return [];
  const run = { firstRecord: 0, recordCount: file.dataRecordCount, startNs: 0n };
  return [{ run, from: 0, to, startNs: 0n }];
}
