/** CSS pixels of one millimetre when nobody has measured the screen: 96 dots an inch. */
export const pixelsPerMillimetre = 96 / 25.4;

/** Amplitudes offered, in microvolts a millimetre. */
export const amplitudes: readonly number[] = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500];

export const defaultAmplitude = 10;

/** Neighbour in the list: +1 makes traces larger (fewer microvolts a millimetre). */
export function stepAmplitude(microvoltsPerMillimetre: number, steps: 1 | -1): number {
  if (steps === 1) return amplitudes.findLast((value) => value < microvoltsPerMillimetre) ?? amplitudes[0]!;
  return amplitudes.find((value) => value > microvoltsPerMillimetre) ?? amplitudes.at(-1)!;
}

/** Microvolts of one unit of a physical dimension, or null when it is not a voltage. */
export function microvoltsPerUnit(physicalDimension: string): number | null {
  switch (physicalDimension.trim().replace('μ', 'µ').toLowerCase()) {
    case 'v':
      return 1e6;
    case 'mv':
      return 1e3;
    case 'uv':
    case 'µv':
    case 'microv':
      return 1;
    case 'nv':
      return 1e-3;
    default:
      return null;
  }
}

/** Unit as people print it: `uV` → `µV`, empty → ``. */
export function displayUnit(physicalDimension: string): string {
  const unit = physicalDimension.trim();
  return /^u[vV]$/.test(unit) ? 'µV' : unit;
}

/**
 * Smallest round range that holds [low, high]: both ends are multiples of a 1-2-5 step.
 * A range without height is opened around its value.
 */
export function niceRange(low: number, high: number): { low: number; high: number } {
  if (!(high > low)) {
    const half = Math.abs(low) > 0 ? Math.abs(low) * 0.05 : 0.5;
    return { low: low - half, high: low + half };
  }
  const rough = (high - low) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power;
  return { low: Math.floor(low / step + 1e-9) * step, high: Math.ceil(high / step - 1e-9) * step };
}
