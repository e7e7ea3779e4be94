import type { EdfHeader, SignalHeader } from '../header.ts';

/**
 * The 24 bits of a sample of the BDF Status signal, as BioSemi's ActiveTwo writes them:
 * 0 to 15 triggers, lowest first; 16 a new epoch begins; 17 to 19 and 21 the speed mode; 20 CMS is within range;
 * 22 the battery is low; 23 the amplifier is an ActiveTwo MK2.
 * Sources: biosemi.com/faq/file_format.htm and biosemi.com/faq/trigger_signals.htm.
 */
export const statusBits = {
  triggers: 0xffff,
  newEpoch: 1 << 16,
  cmsInRange: 1 << 20,
  batteryLow: 1 << 22,
  isMk2: 1 << 23,
} as const;

/** The speed mode of an ActiveTwo, 0 to 15: the fourth bit lies apart from the others. */
export function speedModeOf(value: number): number {
  return ((value >> 17) & 7) | (((value >> 21) & 1) << 3);
}

/** The Status signal of a BDF file: bits, not voltages, whatever its physical limits say. Null where there is none. */
export function statusSignalOf(header: EdfHeader): SignalHeader | null {
  if (header.bytesPerSample !== 3) return null;
  return header.signals.find(({ label, isAnnotations }) => !isAnnotations && /^status$/i.test(label)) ?? null;
}
