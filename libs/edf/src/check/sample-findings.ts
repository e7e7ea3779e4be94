import type { Finding } from '../finding.ts';
import { findingOf } from '../finding.ts';
import type { EdfHeader } from '../header.ts';
import { sampleRateHz } from '../sample-rate.ts';
import type { SampleScan } from './sample-scan.ts';

/** Luna's limit for a clipped epoch, taken for the recording: one sample in a hundred at the limits. */
const clippedShare = 0.01;
/** With fewer values than that (a body position, a stage) the limits are values like any other. */
const fewestValues = 1024;
const longFlatSeconds = 60;
const electrodeRateHz = 64;
/** An electrode signal that never leaves so few levels is not resolved, whatever its amplifier. */
const fewLevels = 16;
const microvoltsPer: Readonly<Record<string, number>> = { nV: 1e-3, uV: 1, mV: 1e3, V: 1e6 };
/** Ten millivolts: far above any brain, far below the offset voltages of unfiltered electrodes (which are no finding in BDF). */
const mostMicrovolts = 10_000;

/** What the samples of one signal show: out of range (EDF064), saturated or flat (EDF065), implausible (EDF066). */
export function sampleFindings(header: EdfHeader, scan: SampleScan): Finding[] {
  if (scan.sampleCount === 0) return [];
  const findings: Finding[] = [];
  const { signal, outOfRangeCount, firstOutOfRange, lowest, highest } = scan;
  const name = `Signal ${signal.index + 1}`;
  if (firstOutOfRange !== null) {
    const perRecord = signal.samplesPerDataRecord;
    const record = Math.floor(firstOutOfRange.sample / perRecord);
    const offset =
      header.headerByteLength +
      record * header.dataRecordByteLength +
      signal.byteOffsetInDataRecord +
      (firstOutOfRange.sample - record * perRecord) * header.bytesPerSample;
    const message = `${name} has ${outOfRangeCount} samples outside its digital range of ${lowest} to ${highest}, from ${scan.min} to ${scan.max}.`;
    const place = { signal: signal.index, record, offset, length: header.bytesPerSample };
    const raw = sampleBytes(firstOutOfRange.value, header.bytesPerSample);
    findings.push({
      ...findingOf('EDF064', message, { ...place, assumed: 'the samples hold as stored' }),
      raw,
    });
  }
  const saturation = saturationOf(header, scan);
  if (saturation !== null)
    findings.push(findingOf('EDF065', `${name} ${saturation}.`, { signal: signal.index }));
  const excess = excessOf(header, scan);
  if (excess !== null) {
    const assumed = 'the physical limits hold';
    findings.push(findingOf('EDF066', `${name} ${excess}.`, { signal: signal.index, assumed }));
  }
  return findings;
}

function saturationOf(header: EdfHeader, scan: SampleScan): string | null {
  const { sampleCount, clippedCount, lowest, highest, min, max, signal } = scan;
  if (sampleCount > 1 && min === max) return `has one value, ${min}, throughout the recording`;
  if (
    highest - lowest >= fewestValues - 1 &&
    clippedCount >= clippedShare * sampleCount &&
    clippedCount > 0
  ) {
    const percent = Math.floor((clippedCount / sampleCount) * 1000) / 10;
    return `is at a limit of its digital range (${lowest} to ${highest}) for ${percent} % of its samples`;
  }
  const rate = sampleRateHz(header, signal);
  if (rate < electrodeRateHz) return null;
  const flatSeconds = scan.longestFlat / rate;
  if (flatSeconds >= longFlatSeconds) return `does not change for ${Math.floor(flatSeconds)} seconds or more`;
  const isVoltage = signal.physicalDimension in microvoltsPer;
  if (isVoltage && max - min < fewLevels && highest - lowest >= fewestValues - 1)
    return `uses ${max - min + 1} of its ${highest - lowest + 1} levels at most`;
  return null;
}

function excessOf(header: EdfHeader, { signal, min, max }: SampleScan): string | null {
  if (!signal.isCalibrated) return null;
  const gain = (signal.physicalMax - signal.physicalMin) / (signal.digitalMax - signal.digitalMin);
  const ends = [min, max].map((digital) => signal.physicalMin + gain * (digital - signal.digitalMin));
  const [low, high] = [Math.min(...ends), Math.max(...ends)] as [number, number];
  const { label, physicalDimension: dimension } = signal;
  const microvolts = microvoltsPer[dimension];
  if (/^EEG\b/i.test(label) && header.bytesPerSample === 2 && microvolts !== undefined) {
    const most = Math.max(-low, high) * microvolts;
    if (most > mostMicrovolts) return `reaches ${Math.round(most / 1000)} mV, which no EEG does`;
  }
  // Half a percent more is a matter of rounding.
  if (/^(SpO2|SaO2|Sat)\b/i.test(label) && dimension === '%' && high > 100.5)
    return `reaches ${Math.round(high)} % oxygen saturation`;
  return null;
}

/** A stored sample as its bytes, lowest first. */
function sampleBytes(value: number, bytesPerSample: 2 | 3): string {
  let text = '';
  for (let shift = 0; shift < bytesPerSample * 8; shift += 8)
    text += `\\x${((value >> shift) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`;
  return text;
}
