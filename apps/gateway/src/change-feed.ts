import type { Change, ChangePage } from '@edf-pipeline/contracts';
import { eventQuerySchema } from '@edf-pipeline/contracts';
import type { ChangedObject } from '@edf-pipeline/ledger';
import { changedSince, readJob, readRecordingOrTombstone, readUpload } from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { renderJob, renderRecording, renderUpload } from './render.ts';

/** Wakes readers of the feed. A hint: readers look by themselves once the time is over. */
export interface ChangeSignal {
  /** Resolves at the next change of any tenant, or after so many seconds, or when `signal` aborts. */
  wait(seconds: number, signal: AbortSignal): Promise<void>;
}

const LIST = 'events';
const PAGE = 200;

/** The feed's position at an instant: behind everything that changed before it. */
const positionAt = (at: Date) => at.toISOString();

/** Behind exactly this position. */
const behind = (position: string) => `${position}\u0000`;

/**
 * Present states of what changed, each told once per version, as long as the reader stays. A cursor stands behind
 * what is settled: a change that was written late may still appear between it and the newest one.
 */
export async function* readChanges(
  deps: GatewayDeps,
  tenant: string,
  start: string,
  signal: AbortSignal,
): AsyncGenerator<{ change: Change; cursor: string } | 'idle'> {
  let newest = start;
  const told = new Map<string, number>();
  while (!signal.aborted) {
    for await (const object of everyChange(deps, tenant, settledBehind(deps, start, newest), signal)) {
      if (object.position > newest) newest = object.position;
      const change = await presentState(deps, tenant, object, signal);
      if (!change || (told.get(change.object.id) ?? -1) >= change.object.version) continue;
      told.set(change.object.id, change.object.version);
      yield { change, cursor: deps.cursors.encode(tenant, LIST, settledBehind(deps, start, newest)) };
    }
    if (told.size > 10 * PAGE) dropOldest(told, 5 * PAGE);
    yield 'idle';
    await deps.changes.wait(2, signal);
  }
}

/** All that stands at or behind `from`, page by page: more than a page may have changed at once. */
async function* everyChange(
  deps: GatewayDeps,
  tenant: string,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<ChangedObject> {
  for (;;) {
    const page = await changedSince(deps.ledger, tenant, from, PAGE, signal);
    yield* page;
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
  let position = startOf(deps, tenant, after);
  const giveUpAt = deps.ledger.clock().getTime() + waitSeconds * 1000;
  for (;;) {
    const changed = await changedSince(deps.ledger, tenant, behind(position), PAGE, signal);
    const settledBefore = before(deps.ledger.clock(), deps.settings.feedSettleMs);
    const settled = changed.filter((object) => object.position < settledBefore);
    const states = await Promise.all(settled.map((object) => presentState(deps, tenant, object, signal)));
    position = settled.at(-1)?.position ?? position;
    const remaining = (giveUpAt - deps.ledger.clock().getTime()) / 1000;
    if (settled.length > 0 || remaining <= 0 || signal.aborted) {
      return {
        data: newestOf(states.flatMap((change) => change ?? [])),
        cursor: deps.cursors.encode(tenant, LIST, position),
        hasMore: settled.length >= PAGE,
      };
    }
    const settleSeconds = changed.length > 0 ? deps.settings.feedSettleMs / 1000 : remaining;
    await deps.changes.wait(Math.min(remaining, settleSeconds, 2), signal);
  }
}

/** Where to begin: behind the cursor, or now (behind what is settled now). */
export function startOf(deps: GatewayDeps, tenant: string, after: string | undefined): string {
  if (after !== undefined) return deps.cursors.decode(tenant, LIST, after);
  return before(deps.ledger.clock(), deps.settings.feedSettleMs);
}

async function presentState(
  deps: GatewayDeps,
  tenant: string,
  object: ChangedObject,
  signal: AbortSignal,
): Promise<Change | null> {
  switch (object.kind) {
    case 'upload': {
      const found = await readUpload(deps.ledger, tenant, object.id, signal);
      return found && { type: 'upload', object: renderUpload(deps.seal, found) };
    }
    case 'recording': {
      const found = await readRecordingOrTombstone(deps.ledger, tenant, object.id, signal);
      if (!found) return null;
      const job =
        found.row.status === 'deleted' ? null : await readJob(deps.ledger, tenant, found.row.jobId, signal);
      return { type: 'recording', object: renderRecording(deps.seal, found, job) };
    }
    case 'job': {
      const found = await readJob(deps.ledger, tenant, object.id, signal);
      return found && { type: 'job', object: renderJob(found) };
    }
  }
}

/** An object may stand in a page several times (a job and its ranges); once is enough. */
function newestOf(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [change.object.id, change])).values()];
}

/** Nothing is written any more before this position, once `newest` has been seen; never before `start`. */
function settledBehind(deps: GatewayDeps, start: string, newest: string): string {
  const settled = before(new Date(newest.slice(0, 24)), deps.settings.feedSettleMs);
  return settled > start ? settled : start;
}

const before = (at: Date, milliseconds: number) => positionAt(new Date(at.getTime() - milliseconds));

function dropOldest(told: Map<string, number>, count: number): void {
  for (const id of [...told.keys()].slice(0, count)) told.delete(id);
}
