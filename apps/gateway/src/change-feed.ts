import type { Change, ChangePage } from '@edf-pipeline/contracts';
import { eventQuerySchema } from '@edf-pipeline/contracts';
import type { ChangedObject } from '@edf-pipeline/ledger';
import {
  changedSince,
  readJob,
  readRecording,
  readRecordingOrTombstone,
  readUpload,
} from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import type { FeedEntry, FeedPlace } from './feed-place.ts';
import { behind, entriesOf, placeFrom, placeOf, positionAt, textOfPlace } from './feed-place.ts';
import type { FeedTimes } from './feed-window.ts';
import { createFeedWindow } from './feed-window.ts';
import { renderJob, renderRecording, renderUpload } from './render.ts';

/** Wakes readers of the feed. A hint: readers look by themselves once the time is over. */
export interface ChangeSignal {
  /** Resolves at the next change of any tenant, or after so many seconds, or when `signal` aborts. */
  wait(seconds: number, signal: AbortSignal): Promise<void>;
}

const LIST = 'events';
const PAGE = 200;

/**
 * Present states of what changed, each told once per version, as long as the reader stays. A change that becomes
 * visible late, behind newer ones, is told all the same (`FeedTimes`).
 */
export async function* readChanges(
  deps: GatewayDeps,
  tenant: string,
  start: FeedPlace,
  signal: AbortSignal,
): AsyncGenerator<{ change: Change; cursor: string } | 'idle'> {
  const window = createFeedWindow(deps.ledger.clock, start, timesOf(deps));
  const told = new Map<string, number>();
  while (!signal.aborted) {
    for await (const entry of everyEntry(deps, tenant, window.begin(), signal)) {
      const isKnown = window.isKnown(entry);
      window.note(entry);
      if (isKnown) continue;
      for (const object of entry.objects) {
        for (const change of await presentStates(deps, tenant, object, signal)) {
          if ((told.get(change.object.id) ?? -1) >= change.object.version) continue;
          told.set(change.object.id, change.object.version);
          yield { change, cursor: cursorAt(deps, tenant, window.cursorPlace()) };
        }
      }
    }
    window.end(true);
    if (told.size > 10 * PAGE) dropOldest(told, 5 * PAGE);
    yield 'idle';
    await deps.changes.wait(lookSecondsOf(deps), signal);
  }
}

/** All that stands at or behind `from`, page by page: more than a page may have changed at once. */
async function* everyEntry(
  deps: GatewayDeps,
  tenant: string,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<FeedEntry> {
  for (;;) {
    const page = await changedSince(deps.ledger, tenant, from, PAGE, signal);
    yield* entriesOf(page);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    from = behind(last.position);
  }
}

/** One page for a client that polls; waits up to `waitSeconds` for the first change. */
export async function pollChanges(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  query: unknown,
): Promise<ChangePage> {
  const { after, waitSeconds } = eventQuerySchema.parse(query);
  const { tenant } = caller;
  const { settleMs } = timesOf(deps);
  const start = await startOf(deps, tenant, after, signal);
  const window = createFeedWindow(deps.ledger.clock, start, timesOf(deps));
  const giveUpAt = deps.ledger.clock().getTime() + waitSeconds * 1000;
  for (;;) {
    const settledBefore = positionAt(deps.ledger.clock().getTime() - settleMs);
    const changed: ChangedObject[] = [];
    let [isUnsettled, hasMore] = [false, false];
    for await (const entry of everyEntry(deps, tenant, window.begin(), signal)) {
      isUnsettled = entry.position >= settledBefore;
      const isKnown = window.isKnown(entry);
      hasMore = !isUnsettled && !isKnown && changed.length >= PAGE;
      if (isUnsettled || hasMore) break;
      window.note(entry);
      if (!isKnown) changed.push(...entry.objects);
    }
    window.end(!hasMore);
    const remaining = (giveUpAt - deps.ledger.clock().getTime()) / 1000;
    if (changed.length > 0 || remaining <= 0 || signal.aborted) {
      const states = await Promise.all(changed.map((object) => presentStates(deps, tenant, object, signal)));
      return {
        data: newestOf(states.flat()),
        cursor: cursorAt(deps, tenant, window.exactPlace()),
        hasMore,
      };
    }
    const patience = isUnsettled ? settleMs / 1000 : lookSecondsOf(deps);
    await deps.changes.wait(Math.min(remaining, patience), signal);
  }
}

/** Where to begin: at the cursor, or now: what is settled has been told, as far as such a reader is concerned. */
export async function startOf(
  deps: GatewayDeps,
  tenant: string,
  after: string | undefined,
  signal: AbortSignal,
): Promise<FeedPlace> {
  if (after !== undefined) return placeFrom(deps.cursors.decode(tenant, LIST, after));
  const { settleMs, lateMs } = timesOf(deps);
  const now = deps.ledger.clock().getTime();
  const told = new Map<string, string>();
  for await (const { mark, position } of everyEntry(deps, tenant, positionAt(now - lateMs), signal)) {
    if (position >= positionAt(now - settleMs)) break;
    told.set(mark, position);
  }
  return placeOf(positionAt(now - lateMs), told);
}

export const cursorAt = (deps: GatewayDeps, tenant: string, place: FeedPlace) =>
  deps.cursors.encode(tenant, LIST, textOfPlace(place));

const lookSecondsOf = ({ settings }: GatewayDeps) => settings.feedLookSeconds ?? 2;

function timesOf({ settings }: GatewayDeps): FeedTimes {
  const settleMs = settings.feedSettleMs;
  return { settleMs, lateMs: settings.feedLateMs ?? settleMs };
}

/** What changed, and a recording with the job that gave it its result: that change has no entry of its own. */
async function presentStates(
  deps: GatewayDeps,
  tenant: string,
  object: ChangedObject,
  signal: AbortSignal,
): Promise<Change[]> {
  switch (object.kind) {
    case 'upload': {
      const found = await readUpload(deps.ledger, tenant, object.id, signal);
      return found ? [{ type: 'upload', object: renderUpload(deps.seal, found) }] : [];
    }
    case 'recording': {
      const found = await readRecordingOrTombstone(deps.ledger, tenant, object.id, signal);
      if (!found) return [];
      const job =
        found.row.status === 'deleted' ? null : await readJob(deps.ledger, tenant, found.row.jobId, signal);
      return [{ type: 'recording', object: renderRecording(deps.seal, found, job) }];
    }
    case 'job': {
      const found = await readJob(deps.ledger, tenant, object.id, signal);
      if (!found) return [];
      const { status, recordingId } = found.row;
      const recording =
        status === 'succeeded' ? await readRecording(deps.ledger, tenant, recordingId, signal) : null;
      return [
        { type: 'job', object: renderJob(found) },
        ...(recording
          ? [{ type: 'recording' as const, object: renderRecording(deps.seal, recording, found) }]
          : []),
      ];
    }
  }
}

/** An object may stand in a page several times (a job and its ranges); once is enough. */
function newestOf(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [change.object.id, change])).values()];
}

function dropOldest(told: Map<string, number>, count: number): void {
  for (const id of [...told.keys()].slice(0, count)) told.delete(id);
}
