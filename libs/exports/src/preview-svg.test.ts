import { previewSvg } from './preview-svg.ts';
import { smallRecording } from './test-support/small-recording.ts';

const { header, result } = smallRecording();
const { overviewIndex, coarsestTiles } = result;

function pathsOf(svg: string): string[] {
  return [...svg.matchAll(/<path [^>]*d="([^"]*)"/g)].map((match) => match[1]!);
}

test('a preview draws each signal over the whole recording and leaves gaps blank', () => {
  const svg = previewSvg(header, overviewIndex, coarsestTiles);
  expect(svg).toContain('width="600" height="60"');
  const paths = pathsOf(svg);
  expect(paths).toHaveLength(3);
  for (const path of paths) {
    // Ten minutes of samples in fifteen: two stretches, a blank third in the middle.
    expect(path.split('M')).toHaveLength(3);
    const columns = [...path.matchAll(/[ML](\d+) /g)].map((match) => Number(match[1]));
    expect(columns[0]).toBe(120);
    expect(columns.at(-1)).toBe(599);
    const inGap = columns.filter((x) => x > 120 + 162 && x < 120 + 318);
    expect(inGap).toEqual([]);
    expect(columns.length).toBeGreaterThan(310);
  }
});

test('a preview of the same recording is the same text', () => {
  expect(previewSvg(header, overviewIndex, coarsestTiles)).toBe(
    previewSvg(smallRecording().header, smallRecording().result.overviewIndex, coarsestTiles),
  );
});

test('labels are text, whatever they hold', () => {
  const signals = [`<script>"&'`, 'EEG \u0000\ud800', ''].map((label, i) => ({
    ...overviewIndex.signals[i]!,
    label,
  }));
  const svg = previewSvg(header, { ...overviewIndex, signals }, coarsestTiles);
  expect(svg).toContain('>&lt;script&gt;&quot;&amp;&apos;</text>');
  expect(svg).toContain('>EEG \ufffd\ufffd</text>');
  expect(svg).not.toContain('<script');
});

test('recordings without signals, without tiles and with very many signals have a preview', () => {
  const none = { ...overviewIndex, signals: [], levels: [], runs: [] };
  expect(pathsOf(previewSvg(header, none, []))).toEqual([]);
  expect(pathsOf(previewSvg(header, overviewIndex, null))).toEqual([]);
  const many = smallRecording(Array.from({ length: 70 }, (_, i) => `S${i}`));
  const svg = previewSvg(many.header, many.result.overviewIndex, many.result.coarsestTiles);
  expect(svg).toContain('height="1200"');
  expect(pathsOf(svg)).toHaveLength(60);
});
