import type { EdfHeader, Finding } from '@edf-pipeline/edf';
import { findingOf, sampleRateHz } from '@edf-pipeline/edf';
import type { MeasuredSignal } from './geometry.ts';
import type { SignalStatistics } from './statistics.ts';

/** Luna's limit for a clipped epoch, taken for the recording: one sample in a hundred at the limits. */
const clippedShare = 0.01;
/** With fewer values than that (a body position, a stage) the limits are values like any other. */
const fewestValues = 1024;
/** A signal that is sampled as fast as electrodes are, and rests on one value that long, was not connected. */
const longFlatSeconds = 60;
const electrodeRateHz = 64;

/**
 * What the samples of one signal show: EDF064 (out of the declared range) and EDF065 (saturated, flat).
 *
 * @param firstOutOfRange sample number in the file, -1 when none
 */
export function sampleFindings(
  header: EdfHeader,
  signal: MeasuredSignal,
  statistics: SignalStatistics,
  firstOutOfRange: number,
): Finding[] {
  const findings: Finding[] = [];
  const { sampleCount, outOfRangeCount, clippedCount, longestFlatSeconds } = statistics;
  const index = signal.header.index;
  const name = `Signal ${index + 1}`;
  const range = `${signal.lowest} to ${signal.highest}`;
  if (outOfRangeCount > 0) {
    const record = Math.floor(firstOutOfRange / signal.samplesPerDataRecord);
    const inRecord = firstOutOfRange - record * signal.samplesPerDataRecord;
    const offset =
      header.headerByteLength +
      record * header.dataRecordByteLength +
      signal.header.byteOffsetInDataRecord +
      inRecord * header.bytesPerSample;
    const message = `${name} has ${outOfRangeCount} samples outside its digital range of ${range}.`;
    const place = { signal: index, record, offset, length: header.bytesPerSample };
    findings.push(findingOf('EDF064', message, { ...place, assumed: 'the samples hold as stored' }));
  }
  const saturation = saturationMessage();
  if (saturation) findings.push(findingOf('EDF065', saturation, { signal: index }));
  return findings;

  function saturationMessage(): string | null {
    if (sampleCount > 1 && statistics.digitalMin === statistics.digitalMax) {
      return `${name} has one value, ${statistics.digitalMin}, throughout the recording.`;
    }
    const hasManyValues = signal.highest - signal.lowest >= fewestValues - 1;
    if (hasManyValues && clippedCount > 0 && clippedCount >= clippedShare * sampleCount) {
      const percent = Math.floor((clippedCount / sampleCount) * 1000) / 10;
      return `${name} is at a limit of its digital range (${range}) for ${percent} % of its samples.`;
    }
    if (sampleRateHz(header, signal.header) >= electrodeRateHz && longestFlatSeconds >= longFlatSeconds) {
      return `${name} does not change for ${Math.floor(longestFlatSeconds)} seconds.`;
    }
    return null;
  }
}
