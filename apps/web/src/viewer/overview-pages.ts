import { decodeTile, levelFor, spanSamples, tileSpans, tilesForWindow } from '@edf-pipeline/analysis';
import type { OverviewIndex } from '@edf-pipeline/analysis';
import type { LruCache } from './lru-cache.ts';
import type { Piece } from './range-loader.ts';
import type { PageData, Segment } from './series.ts';
import type { ShownRun, Span } from './timeline.ts';

/** The tiles that a page is drawn from. */
export interface OverviewRequest {
  readonly level: number;
  readonly tiles: readonly number[];
  readonly binSeconds: number;
}

/** The level whose bins are just shorter than a pixel (the finest when none is), and its tiles in a page. */
export function overviewRequest(index: OverviewIndex, window: Span, width: number): OverviewRequest {
  const level = Math.max(0, levelFor(index, (window.end - window.start) / Math.max(1, width)));
  const nanoseconds = (seconds: number) => BigInt(Math.round(seconds * 1e9));
  const tiles = index.levels[level]
    ? tilesForWindow(index, level, nanoseconds(window.start), nanoseconds(window.end))
    : [];
  return { level, tiles, binSeconds: index.levels[level]?.binSeconds ?? 0 };
}

/** Where the tiles of a page lie in overview.bin. */
export function piecesOfTiles(index: OverviewIndex, { level, tiles }: OverviewRequest): Piece[] {
  return tiles.map((tile) => {
    const { offset, byteLength } = index.levels[level]!.tiles[tile]!;
    return { key: `ov:${level}:${tile}`, start: offset, end: offset + byteLength };
  });
}

/** Segments of the wanted signals from cached tiles, or null while a tile is missing. */
export function overviewPage(
  index: OverviewIndex,
  runs: readonly ShownRun[],
  { level, tiles, binSeconds }: OverviewRequest,
  signals: readonly number[],
  cache: LruCache<Uint8Array>,
): PageData | null {
  const series = new Map<number, Segment[]>(signals.map((signal) => [signal, []]));
  for (const tile of tiles) {
    const bytes = cache.get(`ov:${level}:${tile}`);
    if (!bytes) return null;
    const values = decodeTile(index, level, tile, bytes);
    const spans = tileSpans(index, level, tile);
    index.signals.forEach((signal, position) => {
      const segments = series.get(signal.index);
      const kind = index.levels[level]!.kinds[position];
      if (!segments || kind === 'none') return;
      const of = values[position]!;
      let sampleAt = 0;
      for (const span of spans) {
        if (kind === 'minmax') {
          const bins = of.length / 2;
          const start = Number(span.startNs) / 1e9;
          const min = of.subarray(span.at, span.at + span.binCount);
          const max = of.subarray(bins + span.at, bins + span.at + span.binCount);
          segments.push({ kind: 'ranges', start, step: binSeconds, min, max });
          continue;
        }
        const run = runs[span.run]!;
        const { from, to } = spanSamples(index, level, position, span);
        const step = (run.end - run.start) / (run.recordCount * signal.samplesPerDataRecord);
        const part = of.subarray(sampleAt, sampleAt + to - from);
        sampleAt += to - from;
        appendSamples(segments, { kind: 'samples', start: run.start + from * step, step, values: part });
      }
    });
  }
  return { kind: 'overview', series };
}

/** Samples that go on where the last segment ends become one segment with it: tiles must not cut a line. */
function appendSamples(segments: Segment[], next: Segment & { kind: 'samples' }): void {
  const last = segments.at(-1);
  if (next.values.length === 0) return;
  if (
    last?.kind === 'samples' &&
    Math.abs(last.start + last.values.length * last.step - next.start) < next.step / 2
  ) {
    segments[segments.length - 1] = {
      ...last,
      values: Int32Array.from([...asArray(last.values), ...asArray(next.values)]),
    };
  } else segments.push(next);
}

function asArray(values: ArrayLike<number>): number[] {
  return Array.from(values);
}
