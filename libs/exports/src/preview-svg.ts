import type { OverviewIndex } from '@edf-pipeline/analysis';
import { decodeTile, spanSamples, tileBins, tileSpans } from '@edf-pipeline/analysis';
import type { EdfHeader } from '@edf-pipeline/edf';

const width = 600;
const labelWidth = 120;
const rowHeight = 20;
const mostSignals = 60;
const longestLabel = 16;

const columns = width - labelWidth;

/** What is drawn of a signal: the extremes in each column of pixels, and of all of it. */
interface Trace {
  readonly min: Float64Array;
  readonly max: Float64Array;
  lowest: number;
  highest: number;
}

/**
 * A small picture of all ordinary signals (the first 60) over the whole recording, each scaled to its own extremes;
 * gaps stay blank. 600 pixels wide, 20 per signal. The labels are the file's own text and escaped.
 *
 * @param coarsestTiles all tiles of the overview's last level (`AnalysisResult.coarsestTiles`); null draws labels alone
 */
export function previewSvg(
  header: EdfHeader,
  index: OverviewIndex,
  coarsestTiles: readonly Uint8Array[] | null,
): string {
  const shown = index.signals.slice(0, mostSignals);
  const height = Math.max(1, shown.length) * rowHeight;
  const { startSeconds, seconds } = extentOf(header, index);
  const scale = seconds > 0 ? columns / seconds : 0;
  const traces = tracesOf(index, coarsestTiles ?? [], shown.length, startSeconds, scale);
  const rows = shown.map(({ label }, position) => {
    const top = position * rowHeight;
    const text = `<text x="4" y="${top + 14}">${escapeXml(label.slice(0, longestLabel))}</text>`;
    return { text, path: pathOf(traces[position]!, top) };
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    '<style>text{font:11px sans-serif;fill:#444}</style>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...rows.map(({ text }) => text),
    '<g transform="translate(.5 0)scale(1 .1)" fill="none" stroke="#1f5a96" stroke-linecap="square">',
    ...rows
      .filter(({ path }) => path !== '')
      .map(({ path }) => `<path vector-effect="non-scaling-stroke" d="${path}"/>`),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function extentOf(header: EdfHeader, index: OverviewIndex): { startSeconds: number; seconds: number } {
  const starts = index.runs.map(({ startNs }) => Number(startNs) / 1e9);
  const ends = index.runs.map(
    ({ recordCount }, run) => starts[run]! + recordCount * header.dataRecordDurationSeconds,
  );
  if (starts.length === 0) return { startSeconds: 0, seconds: 0 };
  // Runs may overlap or lie out of order in a faulty file.
  const startSeconds = starts.reduce((a, b) => Math.min(a, b));
  return { startSeconds, seconds: ends.reduce((a, b) => Math.max(a, b)) - startSeconds };
}

/** The traces of the signals, from the tiles of the last level; `scale` is columns per second. */
function tracesOf(
  index: OverviewIndex,
  tiles: readonly Uint8Array[],
  signalCount: number,
  startSeconds: number,
  scale: number,
): Trace[] {
  const traces = Array.from({ length: signalCount }, emptyTrace);
  const level = index.levels.length - 1;
  if (level < 0 || scale === 0) return traces;
  const { binSeconds, binCount, kinds, factor } = index.levels[level]!;
  tiles.forEach((bytes, tile) => {
    const values = decodeTile(index, level, tile, bytes);
    const bins = Math.min(tileBins, binCount - tile * tileBins);
    const sampleOffsets = kinds.map(() => 0);
    for (const span of tileSpans(index, level, tile)) {
      const runSeconds = Number(index.runs[span.run]!.startNs) / 1e9 - startSeconds;
      for (let signal = 0; signal < signalCount; signal++) {
        const of = values[signal]!;
        if (kinds[signal] === 'minmax') {
          for (let i = 0; i < span.binCount; i++) {
            const min = of[span.at + i]!;
            const max = of[bins + span.at + i]!;
            const seconds = runSeconds + (span.firstBin + i) * binSeconds;
            if (min <= max) draw(traces[signal]!, seconds * scale, (seconds + binSeconds) * scale, min, max);
          }
        } else if (kinds[signal] === 'raw') {
          const { from, to } = spanSamples(index, level, signal, span);
          const perRecord = index.signals[signal]!.samplesPerDataRecord;
          const sampleSeconds = (binSeconds * index.samplesOfFastestPerRecord) / (factor * perRecord);
          for (let sample = from; sample < to; sample++) {
            const value = of[sampleOffsets[signal]!++]!;
            const seconds = runSeconds + sample * sampleSeconds;
            draw(traces[signal]!, seconds * scale, (seconds + sampleSeconds) * scale, value, value);
          }
        }
      }
    }
  });
  return traces;
}

function emptyTrace(): Trace {
  return {
    min: new Float64Array(columns).fill(Infinity),
    max: new Float64Array(columns).fill(-Infinity),
    lowest: Infinity,
    highest: -Infinity,
  };
}

/** Adds extremes from column `from` to column `until`, of which it fills at least one. */
function draw(trace: Trace, from: number, until: number, low: number, high: number): void {
  const { min, max } = trace;
  if (low < trace.lowest) trace.lowest = low;
  if (high > trace.highest) trace.highest = high;
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(columns - 1, Math.max(first, Math.ceil(until) - 1));
  for (let column = first; column <= last; column++) {
    if (low < min[column]!) min[column] = low;
    if (high > max[column]!) max[column] = high;
  }
}

/** A column per pixel (y in tenths of one), joined to the one before so that a slow signal is a line. Empty when there is nothing. */
function pathOf({ min, max, lowest, highest }: Trace, top: number): string {
  const spread = highest - lowest || 1;
  const y = (value: number) => Math.round((top + 18 - ((value - lowest) / spread) * 16) * 10);
  let path = '';
  for (let column = 0; column < columns; column++) {
    if (min[column]! > max[column]!) continue;
    const isJoined = column > 0 && min[column - 1]! <= max[column - 1]!;
    const from = y(max[column]!);
    const to = y(min[column]!);
    path += `${isJoined ? 'L' : 'M'}${labelWidth + column} ${from}${to === from ? '' : `V${to}`}`;
  }
  return path;
}

/** XML text; control characters, which XML cannot hold at all, become U+FFFD. */
function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
