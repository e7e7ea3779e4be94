import type { SignalHeader } from './header.ts';

/**
 * The linear scale of a signal: physical value = gain * (digital value + offset).
 * The order of operations is EDFlib's and pyEDFlib's, so that values agree with theirs bit for bit. A signal that is
 * not calibrated has gain 1 and offset 0.
 */
export function physicalScale(signal: SignalHeader): { gain: number; offset: number } {
  if (!signal.isCalibrated) return { gain: 1, offset: 0 };
  const gain = (signal.physicalMax - signal.physicalMin) / (signal.digitalMax - signal.digitalMin);
  return { gain, offset: signal.physicalMax / gain - signal.digitalMax };
}
