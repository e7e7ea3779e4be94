import { defaultAmplitude } from './amplitude.ts';

/** Everything that decides what a page shows; its URL form is the address of the page. */
export interface ViewState {
  /** Left edge, seconds from the header's start. */
  readonly start: number;
  /** Seconds a page; `Infinity` is the whole recording. */
  readonly pageSeconds: number;
  readonly microvoltsPerMillimetre: number;
  /** Indices of signals that are not drawn. */
  readonly hidden: ReadonlySet<number>;
  /** Amplitude steps of single signals away from the common one; + is larger. */
  readonly gainSteps: ReadonlyMap<number, number>;
  readonly clock: 'local' | 'elapsed';
  /** Traces are moved to the middle of their row (the page's median is taken off). */
  readonly isCentred: boolean;
}

export type ViewSearch = Readonly<
  Partial<Record<'t' | 'page' | 'uV' | 'hide' | 'gain' | 'clock' | 'dc', string>>
>;

export interface ViewDefaults {
  readonly pageSeconds: number;
  readonly hidden: ReadonlySet<number>;
}

/** The view an address asks for; what is missing or malformed falls back to the default. */
export function viewFromSearch(search: ViewSearch, defaults: ViewDefaults): ViewState {
  return {
    start: numberIn(search.t, -1e9, 1e9) ?? 0,
    pageSeconds:
      search.page === 'whole'
        ? Number.POSITIVE_INFINITY
        : (numberIn(search.page, 0.01, 1e8) ?? defaults.pageSeconds),
    microvoltsPerMillimetre: numberIn(search.uV, 1e-3, 1e6) ?? defaultAmplitude,
    hidden: search.hide === undefined ? defaults.hidden : parseIndices(search.hide),
    gainSteps: parseGains(search.gain ?? ''),
    clock: search.clock === 'elapsed' ? 'elapsed' : 'local',
    isCentred: search.dc !== '1',
  };
}

/** The address of a view; defaults are left out, so that a fresh page has a short one. */
export function searchFromView(view: ViewState, defaults: ViewDefaults): ViewSearch {
  const hide = formatIndices(view.hidden);
  const gain = [...view.gainSteps].map(([index, steps]) => `${index}:${steps}`).join(',');
  return {
    ...(Math.abs(view.start) >= 5e-4 && { t: shortNumber(view.start) }),
    ...(view.pageSeconds !== defaults.pageSeconds && {
      page: view.pageSeconds === Number.POSITIVE_INFINITY ? 'whole' : shortNumber(view.pageSeconds),
    }),
    ...(view.microvoltsPerMillimetre !== defaultAmplitude && {
      uV: shortNumber(view.microvoltsPerMillimetre),
    }),
    ...(hide !== formatIndices(defaults.hidden) && { hide }),
    ...(gain !== '' && { gain }),
    ...(view.clock === 'elapsed' && { clock: 'elapsed' }),
    ...(!view.isCentred && { dc: '1' }),
  };
}

/** Left edge that keeps a page inside [0, duration]; a page longer than that begins at 0. */
export function clampStart(start: number, pageSeconds: number, durationSeconds: number): number {
  const last = Math.max(0, durationSeconds - pageSeconds);
  return Math.min(Math.max(0, Number.isFinite(start) ? start : 0), Number.isFinite(last) ? last : 0);
}

/** Seconds really shown: a whole-recording page is as long as the recording. */
export function shownSeconds(view: ViewState, durationSeconds: number): number {
  return view.pageSeconds === Number.POSITIVE_INFINITY ? Math.max(durationSeconds, 1e-3) : view.pageSeconds;
}

/** The view with its page moved so that `time` is in the middle. */
export function centredOn(view: ViewState, time: number, durationSeconds: number): ViewState {
  const page = shownSeconds(view, durationSeconds);
  return { ...view, start: clampStart(time - page / 2, page, durationSeconds) };
}

/** `0,2-5,9` ↔ set of indices. */
export function formatIndices(indices: ReadonlySet<number>): string {
  const sorted = [...indices].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length;) {
    let end = at;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    parts.push(end === at ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}

function parseIndices(text: string): Set<number> {
  const indices = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (!match) continue;
    for (let index = Number(match[1]); index <= Number(match[2] ?? match[1]); index++) indices.add(index);
  }
  return indices;
}

function parseGains(text: string): Map<number, number> {
  const gains = new Map<number, number>();
  for (const part of text.split(',')) {
    const match = /^(\d{1,5}):(-?\d{1,2})$/.exec(part);
    if (match && Number(match[2]) !== 0) gains.set(Number(match[1]), Number(match[2]));
  }
  return gains;
}

function numberIn(text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return value >= low && value <= high ? value : undefined;
}

function shortNumber(value: number): string {
  return String(Number(value.toFixed(3)));
}
