import type { JobRow } from '@edf-pipeline/ledger';
import type { RightInstant } from './right-instant.ts';
import type { Kill } from './supervised-process.ts';

type Entry = JobRow['history'][number];

/** What one kill did to one job. */
export interface Recovery {
  readonly jobId: string;
  readonly killed: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** From the kill until the work was claimed again, or the job ended. */
  readonly seconds: number;
}

export interface RecoverySettings {
  readonly kills: readonly Kill[];
  /** Processes with a wrong clock write instants too. */
  readonly rightInstant: RightInstant;
  /** When the upload of a job was announced, by a right clock, in milliseconds since 1970. */
  readonly announcedMs: (job: JobRow) => number;
}

/**
 * How long work in hand lay there after the process that had it was killed, read from what the jobs remember. A worker
 * has what it had claimed, a dispatcher what it had admitted and not yet handed out.
 */
export function recoveryTimes(jobs: readonly JobRow[], settings: RecoverySettings): Recovery[] {
  return jobs.flatMap((job) => {
    const entries = timedHistory(job, settings);
    const recovery = (kill: Kill, until: TimedEntry): Recovery => ({
      jobId: job.id,
      killed: kill.name,
      at: kill.at,
      seconds: (until.ms - kill.at) / 1000,
    });
    return entries.flatMap((entry, index) => {
      const next = entries[index + 1];
      if (!next) return [];
      if (isTaken(entry, next)) {
        const kill = killOf(entry, settings);
        const onwards = entries.slice(index + 2);
        const again = onwards.find(({ what }) => what === 'claimed' || what === BY_HAND);
        // In quarantine it waits for a person.
        const isOver = !again || again.what === BY_HAND;
        return kill ? [recovery(kill, isOver ? next : again)] : [];
      }
      if (entry.what !== 'admitted' || (next.what !== 'claimed' && next.what !== 'dispatched')) return [];
      const kill = settings.kills.find(
        ({ name, at }) => name.startsWith('dispatcher') && at >= entry.ms && at <= next.ms,
      );
      return kill ? [recovery(kill, next)] : [];
    });
  });
}

/** Jobs whose lease was taken from a process that nobody had killed. */
export function leasesTakenFromLiving(jobs: readonly JobRow[], settings: RecoverySettings): string[] {
  const wasAlive = (entries: readonly TimedEntry[]) =>
    entries.some((entry, index) => isTaken(entry, entries[index + 1]) && !killOf(entry, settings));
  return jobs.filter((job) => wasAlive(timedHistory(job, settings))).map(({ id }) => id);
}

export interface TimedEntry extends Entry {
  /** By our clock, in milliseconds since 1970. */
  readonly ms: number;
}

const BY_HAND = 'retried by hand';
/** Of two processes' kill and claim at the same moment. */
const TOLERANCE_MS = 50;

const isTaken = (entry: TimedEntry, next?: TimedEntry) =>
  entry.what === 'claimed' && next?.code === 'worker-silent';

const killOf = (claim: TimedEntry, { kills }: RecoverySettings) =>
  kills.find(({ name, at }) => name === claim.owner && at >= claim.ms - TOLERANCE_MS);

/** What a job remembers, by our clock: each entry is near the one before it, the first near the announcement. */
export function timedHistory(
  job: JobRow,
  { rightInstant, announcedMs }: Pick<RecoverySettings, 'rightInstant' | 'announcedMs'>,
): TimedEntry[] {
  let near = announcedMs(job);
  return job.history.map((entry) => ({ ...entry, ms: (near = rightInstant(Date.parse(entry.at), near)) }));
}

/** The value that this share of all does not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
