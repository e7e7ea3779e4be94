import { lifeOf } from './check-outcome.ts';
import type { ObjectsFound } from './check-objects.ts';
import type { TenantRows } from './ledger-rows.ts';
import type { LimitWatch } from './limit-watch.ts';
import type { EventNoise } from './object-event-noise.ts';
import type { RecoverySettings } from './recovery-times.ts';
import { leasesTakenFromLiving, quantile, recoveryTimes, timedHistory } from './recovery-times.ts';
import type { RightInstant } from './right-instant.ts';
import type { ChaosOptions } from './run-chaos.ts';
import type { Kill } from './supervised-process.ts';
import type { TcpFaultProxy } from '../tcp-fault-proxy.ts';
import type { UploadedContent } from './upload-contents.ts';

/** What happened, in figures, and what was wrong with it: nothing, when all promises were kept. */
export interface ChaosReport {
  readonly violations: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface ChaosFacts {
  readonly options: ChaosOptions;
  readonly skew: string;
  readonly uploadSeconds: number;
  readonly settledSeconds: number;
  readonly kills: readonly Kill[];
  readonly rightInstant: RightInstant;
  readonly announcedMs: RecoverySettings['announcedMs'];
  readonly uploaded: readonly UploadedContent[];
  readonly rows: readonly TenantRows[];
  readonly quarantined: readonly string[];
  readonly selfEnded: readonly string[];
  readonly faults: readonly string[];
  readonly objects: ObjectsFound;
  readonly limits: LimitWatch;
  readonly runningLimit: number;
  readonly noise: EventNoise;
  readonly inQueue: number;
  readonly deadLetters: readonly string[];
  readonly proxies: ReadonlyMap<string, TcpFaultProxy>;
}

/** Beyond a lease: 60 s with one of 30 s. Sweeps and back-off last as long with any. */
const RECOVERY_BEYOND_LEASE_SECONDS = 30;

export function reportOf(facts: ChaosFacts): ChaosReport {
  const { options, kills, rows, limits, noise, objects } = facts;
  const jobs = rows.flatMap((each) => each.jobs);
  const recoveries = recoveryTimes(jobs, facts);
  const seconds = recoveries.map((each) => each.seconds);
  // Who takes a lease away has to have watched it for as long as it lasts: dispatchers that are killed forget.
  const watched = recoveries.filter(({ at }) => hasWatcher(at, facts)).map((each) => each.seconds);
  const p99 = quantile(seconds, 0.99);
  const taken = leasesTakenFromLiving(jobs, facts);
  const strangers = facts.deadLetters.filter((body) => !noise.unreadable.has(body));
  const unjust = facts.quarantined.filter(
    (id) =>
      !wasKilledTwice(
        jobs.find((job) => job.id === id),
        facts,
      ),
  );

  const violations = [
    ...facts.faults,
    ...objects.faults,
    ...facts.selfEnded.map((what) => `a process ended without being killed: ${what}`),
    ...unjust.map((id) => `${id} was quarantined, and its processes were not killed twice`),
    ...strangers.map((body) => `in the dead-letter queue, and readable: ${body.slice(0, 300)}`),
    ...excessOf(limits, facts.runningLimit),
  ];
  const allowedSeconds = options.leaseSeconds + RECOVERY_BEYOND_LEASE_SECONDS;
  if (p99 > allowedSeconds)
    violations.push(`recovery p99 is ${p99.toFixed(1)} s; ${allowedSeconds} s are allowed`);
  if (facts.inQueue + facts.deadLetters.length > noise.unreadable.size)
    violations.push(
      `${facts.inQueue} messages are left in the queue; ${noise.unreadable.size} were unreadable`,
    );
  if (limits.samples() === 0 || limits.most() === 0) violations.push('the watch over limits saw nothing');

  const count = <T>(values: readonly T[], is: (value: T) => boolean) => values.filter(is).length;
  const sum = (read: (job: (typeof jobs)[number]) => number) =>
    jobs.reduce((total, job) => total + read(job), 0);
  return {
    violations,
    figures: {
      seed: options.seed,
      uploads: facts.uploaded.length,
      duplicates: count(facts.uploaded, ({ outcome }) => outcome === 'duplicate'),
      begunAgain: count(facts.uploaded, ({ tries }) => tries > 1),
      jobs: jobs.length,
      succeeded: count(jobs, ({ status }) => status === 'succeeded'),
      failedForTheFile: count(
        jobs,
        ({ error, status }) => status === 'failed' && error?.class === 'invalid_input',
      ),
      quarantinedThenRetried: facts.quarantined.length,
      uploadSeconds: Math.round(facts.uploadSeconds),
      settledSeconds: Math.round(facts.settledSeconds),
      kills: kills.length,
      killsWhileStarting: count(kills, ({ wasStarting }) => wasStarting),
      killsByKind: tally(kills.map(({ name }) => name.replace(/-\d+$/, ''))),
      redis: { frozen: options.freezes, killedAndEmpty: options.losses, flushed: 1 },
      clockOff: facts.skew,
      recoveries: {
        count: seconds.length,
        withLivingWatcher: {
          count: watched.length,
          p99: round(quantile(watched, 0.99)),
          most: round(Math.max(0, ...watched)),
        },
        ofKills: new Set(recoveries.map(({ killed }) => killed)).size,
        p50: round(quantile(seconds, 0.5)),
        p99: round(p99),
        most: round(Math.max(0, ...seconds)),
        slowest: [...recoveries]
          .sort((a, b) => b.seconds - a.seconds)
          .slice(0, 5)
          .map((each) => ({ ...each, life: lifeOf(jobs.find(({ id }) => id === each.jobId)) })),
      },
      leasesTakenFromLiving: taken.length,
      attempts: { crashes: sum((job) => job.crashes), transient: sum((job) => job.attempts) },
      evictions: sum((job) => job.evictions),
      lostDispatches: count(jobs, ({ history }) => history.some(({ what }) => what === 'dispatch lost')),
      limits: { allowed: facts.runningLimit, most: limits.most(), samples: limits.samples() },
      objects: {
        sources: objects.sources,
        resultFiles: objects.resultFiles,
        unreferencedFiles: objects.unreferencedFiles.length,
      },
      events: noise.counts,
      deadLetters: facts.deadLetters.length,
      leftInQueue: facts.inQueue,
      harm: Object.fromEntries(
        [...facts.proxies].map(([name, proxy]) => [
          name,
          { connections: proxy.connectionCount(), ...proxy.harmCounts() },
        ]),
      ),
    },
  };
}

/** Whether one dispatcher lived from the kill on for as long as watching and acting takes. */
function hasWatcher(at: number, { kills, options }: ChaosFacts): boolean {
  const neededMs = 1.5 * options.leaseSeconds * 1000;
  return ['dispatcher-1', 'dispatcher-2'].some(
    (name) => !kills.some((kill) => kill.name === name && kill.at > at - 5_000 && kill.at < at + neededMs),
  );
}

/** A sentence for each tenant that was seen above its limit. */
function excessOf({ exceeded }: LimitWatch, allowed: number): string[] {
  return [...new Set(exceeded.map(({ tenant }) => tenant))].map((name) => {
    const sightings = exceeded.filter(({ tenant }) => tenant === name);
    const most = Math.max(...sightings.map(({ inHand }) => inHand));
    const first = new Date(sightings[0]?.at ?? 0).toISOString();
    return `${name} had up to ${most} jobs in hand, ${allowed} are allowed; seen ${sightings.length} times from ${first} on`;
  });
}

/** Of what it remembers: two claims by processes that were killed afterwards. */
function wasKilledTwice(job: TenantRows['jobs'][number] | undefined, facts: ChaosFacts): boolean {
  const lost = (job ? timedHistory(job, facts) : []).filter(
    ({ what, owner, ms }) =>
      what === 'claimed' && facts.kills.some(({ name, at }) => name === owner && at >= ms),
  );
  return lost.length >= 2;
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;
