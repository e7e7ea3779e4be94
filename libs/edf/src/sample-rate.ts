import type { EdfHeader, SignalHeader } from './header.ts';

/**
 * Samples per second of a signal: samples per data record / duration of a data record. 0 when the duration is 0
 * or unreadable.
 */
export function sampleRateHz(header: EdfHeader, signal: SignalHeader): number {
  const seconds = header.dataRecordDurationSeconds;
  return seconds > 0 ? signal.samplesPerDataRecord / seconds : 0;
}
