import type { Item, JobRow, OutboxRow, RangeRow, Row, UploadRow } from '@edf-pipeline/ledger';
import { isUploadEnded } from '@edf-pipeline/ledger';
import type { Violation } from './violation.ts';
import type { FinalState } from './final-state.ts';
import type { Effect } from './history.ts';

/**
 * What must hold of the way, write by write: ends are ends (I2), a result is published once (I4), numbers only grow
 * and budgets are charged for what they are for (I7), a dead holder is noticed in time (I11), limits hold.
 */
export function checkChanges(final: FinalState, effects: readonly Effect[]): Violation[] {
  const violations: Violation[] = [];
  const commits = new Map<string, number>();
  const news = new Map<string, number>();
  const told = new Set<string>();
  const hands = createHands(final);
  const holders = createHolders(final);
  const say = (invariant: Violation['invariant'], subject: string, says: string) =>
    violations.push({ invariant, subject, says });

  for (const effect of effects) {
    if (effect.kind === 'told') told.add(effect.id);
    if (effect.kind === 'other') holders.hear(effect);
    if (effect.kind !== 'write') continue;
    for (const { before, after } of effect.changes) {
      if (after === null) {
        const row = before?.data as Row | undefined;
        if (row?.kind === 'outbox' && !told.has(row.id)) say('I11', row.id, 'was forgotten untold');
        continue;
      }
      const row = after.data as Row;
      if (before) for (const fault of faultsOfChange(before, after)) say(...fault);
      const due = 'due' in row ? row.due : null;
      if (due === null && isUnfinished(row)) say('I11', after.pk, 'waits and is never due');
      if (row.kind === 'outbox') count(news, `${row.type} ${row.objectId}`);
      if (row.kind === 'job') {
        const old = before?.data as JobRow | undefined;
        if (row.status === 'succeeded' && old?.status !== 'succeeded') count(commits, row.id);
        if (isChargedForNothing(final, effect.at, old, row)) say('I7', row.id, 'was charged a crash in calm');
      }
      if (row.kind === 'range') holders.see(effect.at, row);
      hands.see(effect.at, row);
    }
  }
  for (const [id, times] of commits) if (times > 1) say('I4', id, `was published ${times} times`);
  for (const [what, times] of news) {
    const isOnce =
      what.startsWith('job.succeeded') || what.startsWith('upload.') || what.startsWith('recording.');
    if (isOnce && times > 1) say('I4', what, `was announced ${times} times`);
  }
  for (const id of jobsWithoutNews(effects, news)) say('I4', id, 'succeeded and nobody is told');
  return [...violations, ...holders.violations(), ...hands.violations()];
}

const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

function isUnfinished(row: Row): boolean {
  if (row.kind === 'upload') return !isUploadEnded(row);
  if (row.kind === 'recording') return row.status === 'deleting';
  if (row.kind === 'job') return row.phase !== 'done';
  if (row.kind === 'webhook-delivery') return row.status === 'pending';
  return row.kind === 'range' && row.owner !== null;
}

function* jobsWithoutNews(effects: readonly Effect[], news: ReadonlyMap<string, number>): Generator<string> {
  for (const effect of effects) {
    if (effect.kind !== 'write') continue;
    for (const { after } of effect.changes) {
      const row = after?.data as Row | undefined;
      if (row?.kind === 'job' && row.status === 'succeeded' && !news.has(`job.succeeded ${row.id}`))
        yield row.id;
    }
  }
}

type Fault = [Violation['invariant'], string, string];

function faultsOfChange(before: Item, after: Item): Fault[] {
  const [old, row] = [before.data as Row, after.data as Row];
  const faults: Fault[] = [];
  const say = (isBroken: boolean, invariant: Fault[0], says: string) => {
    if (isBroken) faults.push([invariant, after.pk, says]);
  };
  if (old.kind === 'upload' && row.kind === 'upload') {
    say(isUploadEnded(old) && old.status !== row.status, 'I2', `went from ${old.status} to ${row.status}`);
    say(isOtherHolder(old, row), 'I2', 'became another recording');
  }
  if (old.kind === 'recording' && row.kind === 'recording') {
    const order = ['available', 'deleting', 'deleted'];
    say(
      order.indexOf(row.status) < order.indexOf(old.status),
      'I2',
      `went from ${old.status} to ${row.status}`,
    );
  }
  if (old.kind === 'job' && row.kind === 'job') {
    const isRetry =
      row.phase === 'backlog' && old.status !== 'succeeded' && row.history.at(-1)?.what === 'retried by hand';
    say(
      old.phase === 'done' && row.status !== old.status && !isRetry,
      'I2',
      `went from ${old.status} to ${row.status}`,
    );
    say(
      old.result !== null && row.result !== null && row.result.epoch !== old.result.epoch,
      'I2',
      'its result was replaced',
    );
    say(
      row.dispatch < old.dispatch || row.dispatch > old.dispatch + 1,
      'I7',
      `its dispatch went from ${old.dispatch} to ${row.dispatch}`,
    );
    say(
      old.phase === 'backlog' && row.phase === 'dispatching' && row.dispatch === old.dispatch,
      'I7',
      'was admitted under an old number',
    );
    say(
      !isRetry && (row.attempts < old.attempts || row.crashes < old.crashes || row.evictions < old.evictions),
      'I7',
      'was given budget back',
    );
    const last = row.history.at(-1);
    const isInfrastructure = last?.class === 'infrastructure' && row.history.length !== old.history.length;
    say(
      isInfrastructure && (row.crashes > old.crashes || row.attempts > old.attempts),
      'I7',
      'paid for an interruption',
    );
  }
  if (old.kind === 'range' && row.kind === 'range') {
    say(row.epoch < old.epoch, 'I7', 'its epoch falls');
    const changesHands = row.owner !== null && row.owner !== old.owner;
    say(
      changesHands && row.epoch <= old.epoch,
      'I7',
      `went from ${old.owner} to ${row.owner} under one epoch`,
    );
    say(
      changesHands && old.owner !== null,
      'I7',
      `was taken from ${old.owner} by ${row.owner} without being given up`,
    );
  }
  return faults;
}

const isOtherHolder = (old: UploadRow, row: UploadRow) =>
  old.duplicateOf !== null && row.duplicateOf?.recordingId !== old.duplicateOf.recordingId;

/** Some leases after the faults have ended every one that was lost to them has been given up. */
function isChargedForNothing(final: FinalState, at: number, old: JobRow | undefined, row: JobRow): boolean {
  const grace = (4 * final.settings.leaseSeconds + final.clockErrorSeconds) * 1000;
  const isSilent = row.crashes > (old?.crashes ?? 0) && row.history.at(-1)?.code === 'worker-silent';
  const isInnocent = !final.objects.some(
    ({ key, content }) => key === row.source.key && content?.kind === 'poison',
  );
  return final.isPoisonAlone && isSilent && isInnocent && at > final.calmAt + grace;
}

/** How long after its death a holder may still hold, when nothing else is wrong: a lease and a few sweeps. */
const NOTICE_SECONDS = 30;

/** Follows who holds what, and who is dead: a lease must not outlive its holder for long. */
function createHolders(final: FinalState) {
  const held = new Map<string, { owner: string; since: number; askedToStopAt: number | null }>();
  const died = new Map<string, number>();
  const found: Violation[] = [];
  let watchersSince = 0;
  return {
    hear(effect: Extract<Effect, { kind: 'other' }>) {
      if (effect.what !== 'dies') return;
      died.set(effect.by, effect.at);
      // Who watched has forgotten what it saw, and must see it anew.
      if (effect.by.startsWith('dispatcher')) watchersSince = effect.at;
    },
    see(at: number, row: RangeRow) {
      const name = `${row.jobId}#${row.range}`;
      const before = held.get(name);
      const death = before && died.get(before.owner);
      if (before && death !== undefined && row.owner !== before.owner) {
        const begin = Math.max(death, before.since, final.calmAt, before.askedToStopAt ?? 0, watchersSince);
        const seconds = (at - begin) / 1000;
        const { leaseSeconds, cancelSeconds } = final.settings;
        // A holder that is asked to stop has a time of its own to do so.
        const patience = before.askedToStopAt === null ? leaseSeconds : cancelSeconds;
        const allowed = patience + NOTICE_SECONDS + final.clockErrorSeconds;
        if (seconds > allowed)
          found.push({
            invariant: 'I11',
            subject: name,
            says: `stayed ${seconds.toFixed(0)} s with the dead ${before.owner}`,
          });
      }
      if (row.owner === null) held.delete(name);
      else if (row.owner !== before?.owner)
        held.set(name, { owner: row.owner, since: at, askedToStopAt: null });
      else if (row.cancelRequested) before.askedToStopAt ??= at;
    },
    violations: () => found,
  };
}

/** Follows how many jobs each tenant has in hand. */
function createHands(final: FinalState) {
  const hands = new Map<string, Set<string>>();
  const most = new Map<string, number>();
  return {
    see(_at: number, row: Row | OutboxRow) {
      if (row.kind !== 'job') return;
      const hand = hands.get(row.tenant) ?? new Set();
      hands.set(row.tenant, hand);
      const isInHand = ['dispatching', 'dispatched', 'running', 'canceling'].includes(row.phase);
      if (!isInHand) return void hand.delete(row.id);
      hand.add(row.id);
      if (hand.size > (most.get(row.tenant) ?? 0)) most.set(row.tenant, hand.size);
    },
    violations(): Violation[] {
      return [...most].flatMap(([tenant, size]) => {
        const limit = final.limits[tenant];
        if (limit === undefined || size <= limit) return [];
        return [
          {
            invariant: 'limit' as const,
            subject: tenant,
            says: `had ${size} jobs in hand, ${limit} allowed`,
          },
        ];
      });
    },
  };
}
