import type { Columns } from './columns.ts';

/** Pixels of a picture: one 32-bit word each, red in the lowest byte, as ImageData has them. */
export interface Raster {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Where a value lies on the picture: `y = middle - (value - centre) * pixelsPerValue`. */
export interface VerticalScale {
  readonly middle: number;
  readonly centre: number;
  /** May be negative: a signal of negative gain. */
  readonly pixelsPerValue: number;
  /** What lies above `top` or below `bottom` is cut off. */
  readonly top: number;
  readonly bottom: number;
  /** 0 to 1. */
  readonly opacity: number;
}

/**
 * Paints a curve given by its columns. Ends of columns that cover a pixel only partly are translucent, which
 * smooths the line; a darker pixel wins over what another curve has left there.
 *
 * @param color 0xBBGGRR
 * @param lineWidth device pixels
 */
export function paintColumns(
  raster: Raster,
  columns: Columns,
  scale: VerticalScale,
  color: number,
  lineWidth: number,
): void {
  const { pixels, width, height } = raster;
  const { low, high } = columns;
  const half = lineWidth / 2;
  const full = Math.round(255 * scale.opacity);
  const isUpsideDown = scale.pixelsPerValue < 0;
  for (let x = 0; x < width; x++) {
    if (!(low[x]! <= high[x]!)) continue;
    const yOfLow = scale.middle - (low[x]! - scale.centre) * scale.pixelsPerValue;
    const yOfHigh = scale.middle - (high[x]! - scale.centre) * scale.pixelsPerValue;
    const top = Math.max(0, scale.top, (isUpsideDown ? yOfLow : yOfHigh) - half);
    const bottom = Math.min(height, scale.bottom, (isUpsideDown ? yOfHigh : yOfLow) + half);
    if (!(bottom > top)) continue;
    const first = Math.floor(top);
    const last = Math.ceil(bottom) - 1;
    for (let y = first; y <= last; y++) {
      const coverage = Math.min(bottom, y + 1) - Math.max(top, y);
      const alpha = coverage >= 1 ? full : (coverage * full) | 0;
      const at = y * width + x;
      if (alpha >= pixels[at]! >>> 24) pixels[at] = ((alpha << 24) | color) >>> 0;
    }
  }
}

/** `rgb(1, 2, 3)`, `#123` or `#112233` as 0xBBGGRR. */
export function rasterColor(css: string): number {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(css.trim());
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(css.trim());
  const parts = short ? short.slice(1).map((digit) => digit + digit) : long?.slice(1);
  if (parts) return parseInt(parts[2]! + parts[1]! + parts[0]!, 16);
  const [red = 0, green = 0, blue = 0] = (css.match(/\d+/g) ?? []).map(Number);
  return (blue << 16) | (green << 8) | red;
}
