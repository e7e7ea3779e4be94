import { createColumns } from './columns.ts';
import { paintColumns, rasterColor } from './trace-raster.ts';

const all = { top: 0, bottom: 5, opacity: 1 };
const raster = (width: number, height: number) => ({
  pixels: new Uint32Array(width * height),
  width,
  height,
});
const alphas = (pixels: Uint32Array) => [...pixels].map((pixel) => pixel >>> 24);

function flatAt(value: number, width = 1) {
  const columns = createColumns(width);
  columns.low.fill(value);
  columns.high.fill(value);
  return columns;
}

test('a level line lies around its row, with translucent edges', () => {
  const picture = raster(1, 5);
  paintColumns(picture, flatAt(0), { middle: 2.5, centre: 0, pixelsPerValue: 1, ...all }, 0x112233, 1);
  expect(alphas(picture.pixels)).toEqual([0, 0, 255, 0, 0]);
  const between = raster(1, 5);
  paintColumns(between, flatAt(0), { middle: 2, centre: 0, pixelsPerValue: 1, ...all }, 0, 1);
  expect(alphas(between.pixels)).toEqual([0, 127, 127, 0, 0]);
});

test('greater values are higher up, with negative gain lower down', () => {
  const up = raster(1, 5);
  paintColumns(up, flatAt(2), { middle: 2.5, centre: 0, pixelsPerValue: 1, ...all }, 0, 1);
  expect(alphas(up.pixels)).toEqual([255, 0, 0, 0, 0]);
  const down = raster(1, 5);
  paintColumns(down, flatAt(2), { middle: 2.5, centre: 0, pixelsPerValue: -1, ...all }, 0, 1);
  expect(alphas(down.pixels)).toEqual([0, 0, 0, 0, 255]);
});

test('a curve is cut off where its row is left too far', () => {
  const tall = createColumns(1);
  tall.low.fill(-10);
  tall.high.fill(10);
  const picture = raster(1, 5);
  paintColumns(
    picture,
    tall,
    { middle: 2.5, centre: 0, pixelsPerValue: 1, top: 1, bottom: 4, opacity: 1 },
    0,
    1,
  );
  expect(alphas(picture.pixels)).toEqual([0, 255, 255, 255, 0]);
});

test('columns without a curve and values far outside leave the picture empty', () => {
  const picture = raster(2, 4);
  paintColumns(picture, createColumns(2), { middle: 2, centre: 0, pixelsPerValue: 1, ...all }, 0, 1);
  paintColumns(picture, flatAt(1e9, 2), { middle: 2, centre: 0, pixelsPerValue: 1, ...all }, 0, 1);
  expect(alphas(picture.pixels)).toEqual(Array(8).fill(0));
});

test('CSS colours are turned around into the order of ImageData', () => {
  expect(rasterColor('#102030')).toBe(0x302010);
  expect(rasterColor('#123')).toBe(0x332211);
  expect(rasterColor('rgb(16, 32, 48)')).toBe(0x302010);
});
