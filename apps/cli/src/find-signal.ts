import type { EdfFile, SignalHeader } from '@edf-pipeline/edf';
import { UsageError } from './exit-code.ts';

/**
 * The ordinary signal that the caller names: by its index from 0, as `edf info` shows it, or by its label.
 *
 * @throws UsageError when there is none, or more than one with this label
 */
export function findSignal({ header }: EdfFile, name: string): SignalHeader {
  const ordinary = header.signals.filter((signal) => !signal.isAnnotations);
  const byIndex = /^\d+$/.test(name) ? ordinary.find(({ index }) => index === Number(name)) : undefined;
  if (byIndex !== undefined) return byIndex;
  const byLabel = ordinary.filter(({ label }) => label === name);
  if (byLabel.length === 1) return byLabel[0]!;
  if (byLabel.length > 1) {
    const indexes = byLabel.map(({ index }) => index).join(', ');
    throw new UsageError(`${byLabel.length} signals have the label ${name}: give an index (${indexes})`);
  }
  const known = ordinary.map(({ index, label }) => `${index} ${label}`).join(', ');
  throw new UsageError(`there is no signal ${name}; there are: ${known || 'none'}`);
}

/** Several of them, separated by commas. */
export function findSignals(file: EdfFile, names: string): number[] {
  return names.split(',').map((name) => findSignal(file, name.trim()).index);
}
