import { EdfError } from '../errors.ts';
import { sampleRange } from '../header-fields.ts';
import { fitsHeaderNumber } from '../write-field.ts';

/** Limits for a signal, and what they cost. */
export interface PhysicalLimits {
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly digitalMin: number;
  readonly digitalMax: number;
  /** Physical distance of two neighbouring digital values. */
  readonly step: number;
  /** The most by which a value within the limits can differ from what is read back; 0 where nothing is lost. */
  readonly maxError: number;
}

/**
 * The limits that lose least for values from `min` to `max`. A header field has eight characters, so limits are
 * rounded, always outwards: no value is clipped.
 *
 * @param range smallest and largest physical value; `resolution` where all values are multiples of it: then limits
 * are sought that keep every value exactly
 * @param bytesPerSample 2 for EDF, 3 for BDF
 * @throws EdfError `write-value-invalid` for values that eight characters cannot hold (use another unit)
 */
export function choosePhysicalLimits(
  range: { readonly min: number; readonly max: number; readonly resolution?: number },
  bytesPerSample: 2 | 3,
): PhysicalLimits {
  const { min, max, resolution } = range;
  if (!Number.isFinite(min) || !Number.isFinite(max) || min > max) {
    const message = `${min} to ${max} is not a range of physical values.`;
    throw new EdfError('write-value-invalid', message, { field: 'physicalMin' });
  }
  const [digitalMin, digitalMax] = sampleRange[bytesPerSample];
  if (resolution !== undefined) {
    const exact = exactLimits(min, max, resolution, digitalMin, digitalMax);
    if (exact !== null) return exact;
  }
  let physicalMin = outwards(min, -1, 'physicalMin');
  let physicalMax = outwards(max, 1, 'physicalMax');
  if (physicalMin === physicalMax) {
    // A flat signal needs a scale too; one unit of its last character is enough.
    if (fitsHeaderNumber(physicalMax + 1)) physicalMax += 1;
    else physicalMin -= 1;
  }
  const step = (physicalMax - physicalMin) / (digitalMax - digitalMin);
  return { physicalMin, physicalMax, digitalMin, digitalMax, step, maxError: step / 2 };
}

/** Limits whose gain is the resolution itself: the widest digital ones, else just those the values need. */
function exactLimits(
  min: number,
  max: number,
  resolution: number,
  lowest: number,
  highest: number,
): PhysicalLimits | null {
  if (!(resolution > 0)) return null;
  const first = Math.floor(min / resolution + 1e-9);
  const last = Math.ceil(max / resolution - 1e-9);
  if (first < lowest || last > highest) return null;
  const needed: [number, number] = [first, Math.max(last, first + 1)];
  for (const [digitalMin, digitalMax] of [[lowest, highest] as const, needed]) {
    // 15 digits drop the noise of the multiplication: 3 * 0.1 is 0.3.
    const physicalMin = Number((digitalMin * resolution).toPrecision(15));
    const physicalMax = Number((digitalMax * resolution).toPrecision(15));
    if (digitalMax > highest || !fitsHeaderNumber(physicalMin) || !fitsHeaderNumber(physicalMax)) continue;
    return { physicalMin, physicalMax, digitalMin, digitalMax, step: resolution, maxError: 0 };
  }
  return null;
}

/** The nearest number of eight characters that is not inside of `value`. */
function outwards(value: number, direction: 1 | -1, field: string): number {
  if (fitsHeaderNumber(value)) return value === 0 ? 0 : value;
  for (let decimals = 6; decimals >= 0; decimals--) {
    const scale = 10 ** decimals;
    let units = direction < 0 ? Math.floor(value * scale) : Math.ceil(value * scale);
    if (direction * (units / scale - value) < 0) units += direction;
    const rounded = Number((units / scale).toFixed(decimals));
    if (fitsHeaderNumber(rounded)) return rounded === 0 ? 0 : rounded;
  }
  const message = `The ${field} ${value} does not fit 8 characters; write the signal in another unit.`;
  throw new EdfError('write-value-invalid', message, { field });
}
