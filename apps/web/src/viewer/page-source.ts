import { LruCache } from './lru-cache.ts';
import { overviewPage, piecesOfTiles } from './overview-pages.ts';
import type { OverviewRequest } from './overview-pages.ts';
import { overviewRequest } from './overview-pages.ts';
import type { Piece } from './range-loader.ts';
import { RangeLoader } from './range-loader.ts';
import { piecesOfRecords, rawByteLength, rawPage } from './raw-pages.ts';
import type { PageData } from './series.ts';
import type { RecordSlice, Span } from './timeline.ts';
import { recordsOf } from './timeline.ts';
import type { ViewedRecording } from './viewed-recording.ts';

/** Raw samples are read up to these limits; beyond them the min/max levels are drawn. */
const maxRawBytes = 15e6;
const maxRawSeconds = 300;
/** So little is always read raw, whatever the length of the page. */
const fewRawBytes = 2e6;

/** Where a page comes from. */
export type PagePlan =
  | { readonly kind: 'raw'; readonly slices: readonly RecordSlice[]; readonly pieces: readonly Piece[] }
  | { readonly kind: 'overview'; readonly request: OverviewRequest; readonly pieces: readonly Piece[] }
  /** Too long for raw samples, and the overview is not made yet. */
  | { readonly kind: 'unavailable' };

/** Cache of file pieces, to be shared by everything that shows one recording: about 128 MB. */
export function createPageCache(): LruCache<Uint8Array> {
  return new LruCache<Uint8Array>(128e6);
}

/** Decides what a page is read from, reads it, and makes series of it. */
export class PageSource {
  readonly #recording: ViewedRecording;
  readonly #cache: LruCache<Uint8Array>;
  readonly #edf: RangeLoader;
  readonly #overview: RangeLoader | null;

  constructor(recording: ViewedRecording, cache: LruCache<Uint8Array>) {
    this.#recording = recording;
    this.#cache = cache;
    this.#edf = new RangeLoader(recording.edf, cache);
    this.#overview = recording.overview ? new RangeLoader(recording.overview.source, cache) : null;
  }

  /** @param width device pixels of the plot */
  plan(window: Span, width: number): PagePlan {
    const { header, runs, overview, dataRecordCount } = this.#recording;
    const slices = recordsOf(runs, window, header.dataRecordDurationSeconds);
    const bytes = rawByteLength(slices, header);
    const isShort = window.end - window.start <= maxRawSeconds || bytes <= fewRawBytes || overview === null;
    if (bytes <= maxRawBytes && isShort) {
      return { kind: 'raw', slices, pieces: piecesOfRecords(slices, header, dataRecordCount) };
    }
    if (!overview) return { kind: 'unavailable' };
    const request = overviewRequest(overview.index, window, width);
    return { kind: 'overview', request, pieces: piecesOfTiles(overview.index, request) };
  }

  /** What the page draws, when all of it is cached. */
  now(plan: PagePlan, signals: readonly number[]): PageData | null {
    const { header, overview, runs } = this.#recording;
    if (plan.kind === 'raw') return rawPage(plan.slices, header, signals, this.#cache);
    if (plan.kind === 'overview')
      return overviewPage(overview!.index, runs, plan.request, signals, this.#cache);
    return { kind: 'raw', series: new Map() };
  }

  /** Reads what a page lacks, then the pages ahead. What earlier calls wanted and this one does not is aborted. */
  async load(plan: PagePlan, ahead: readonly PagePlan[]): Promise<void> {
    const pieces = (kind: PagePlan['kind'], plans: readonly PagePlan[]) =>
      plans.flatMap((one) => (one.kind === kind && one.kind !== 'unavailable' ? one.pieces : []));
    await Promise.all([
      this.#edf.want(pieces('raw', [plan]), pieces('raw', ahead)),
      this.#overview?.want(pieces('overview', [plan]), pieces('overview', ahead)),
    ]);
  }

  close(): void {
    this.#edf.close();
    this.#overview?.close();
  }
}
