import { formatValue } from '../text/format.ts';
import { niceRange, pixelsPerMillimetre, stepAmplitude } from './amplitude.ts';
import type { Columns } from './columns.ts';
import { extentOf, medianOf } from './columns.ts';
import type { ShownSignal } from './viewed-recording.ts';
import type { ViewState } from './view-state.ts';

/** How a signal is put into its row. */
export interface RowScale {
  /** Digital value at the middle of the row. */
  readonly centre: number;
  /** CSS pixels a digital step; negative for a signal of negative gain. */
  readonly pixelsPerDigital: number;
  /** What is printed below the label: `100 µV/mm`, `92–98 %`; empty when the common amplitude holds. */
  readonly text: string;
}

/** Hearts are ten times larger than brains: they are drawn at a tenth of the common amplitude. */
const electrocardiogramFactor = 10;

/** Scale of a signal on this page: the common amplitude for voltages, an automatic range for all else. */
export function rowScale(
  signal: ShownSignal,
  columns: Columns,
  rowHeight: number,
  view: ViewState,
): RowScale {
  const steps = view.gainSteps.get(signal.index) ?? 0;
  const zero = -signal.offset;
  if (signal.microvolts !== null) {
    const amplitude = amplitudeOf(signal, view);
    const pixelsPerMicrovolt = pixelsPerMillimetre / amplitude;
    const median = view.isCentred ? medianOf(columns) : Number.NaN;
    return {
      centre: Number.isNaN(median) ? zero : median,
      pixelsPerDigital: signal.gain * signal.microvolts * pixelsPerMicrovolt,
      text: amplitude === view.microvoltsPerMillimetre ? '' : `${amplitude} µV/mm`,
    };
  }
  const extent = extentOf(columns);
  if (!extent) return { centre: zero, pixelsPerDigital: 0, text: '' };
  const ends = [extent.low, extent.high].map((digital) => signal.gain * (digital + signal.offset));
  const range = niceRange(...widened(Math.min(...ends), Math.max(...ends), signal.leastRange));
  const zoom = 1.5 ** steps;
  const middle = (range.low + range.high) / 2;
  const half = (range.high - range.low) / 2 / zoom;
  const pixelsPerPhysical = (rowHeight * 0.43) / half;
  const unit = signal.unit === '' ? '' : ` ${signal.unit}`;
  return {
    centre: middle / signal.gain - signal.offset,
    pixelsPerDigital: signal.gain * pixelsPerPhysical,
    text:
      extent.low === extent.high
        ? `${formatValue(ends[0]!)}${unit}`
        : `${formatValue(middle - half)} to ${formatValue(middle + half)}${unit}`,
  };
}

/** Microvolts a millimetre of one signal: the common value, its kind's factor, its own steps. */
export function amplitudeOf(signal: ShownSignal, view: ViewState): number {
  const common = view.microvoltsPerMillimetre * (signal.kind === 'ecg' ? electrocardiogramFactor : 1);
  const steps = view.gainSteps.get(signal.index) ?? 0;
  let amplitude = common;
  for (let step = 0; step < Math.abs(steps); step++) amplitude = stepAmplitude(amplitude, steps > 0 ? 1 : -1);
  return amplitude;
}

function widened(low: number, high: number, leastRange: number): [number, number] {
  const missing = Math.max(0, leastRange - (high - low)) / 2;
  return [low - missing, high + missing];
}
