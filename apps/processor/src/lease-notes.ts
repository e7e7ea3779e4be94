import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Lease, Ledger } from '@edf-pipeline/ledger';
import { failRange, silentWorker } from '@edf-pipeline/ledger';
import type { Logger } from '@edf-pipeline/service';
import { z } from 'zod';

/** What a process holds, noted down where it outlives the process. A note that is missing costs time, never work. */
export interface LeaseNotes {
  keep(lease: Lease): Promise<void>;
  drop(lease: Lease): Promise<void>;
  /** What a process that is gone has left. */
  left(): Promise<Lease[]>;
}

/**
 * Gives back at once what the process before this one held when it died, instead of after a lease: the container is the
 * same, so nothing of it can still be running. Charged as a crash, as it would be by whoever missed its heartbeats.
 *
 * Answers how much there was.
 */
export async function giveBackLeft(
  {
    ledger,
    logger,
    leases,
  }: { readonly ledger: Ledger; readonly logger: Logger; readonly leases: LeaseNotes },
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  for (const lease of await leases.left()) {
    try {
      if ((await failRange(ledger, lease, silentWorker, signal)) === 'done') count += 1;
    } catch (error) {
      signal?.throwIfAborted();
      logger.warn('What the process before this one held is not given back; its lease runs out', {
        jobId: lease.jobId,
        error,
      });
    }
    await leases.drop(lease);
  }
  return count;
}

const noteSchema = z.object({
  host: z.string(),
  pid: z.int().positive(),
  lease: z.object({
    tenant: z.string(),
    jobId: z.string(),
    dispatch: z.int(),
    range: z.int(),
    epoch: z.int(),
    owner: z.string(),
  }),
});

/**
 * A file for each lease in a folder of this process alone; in a pod, an `emptyDir` of this container. Not synced to disk:
 * it has to outlive the process, not the machine.
 */
export function createLeaseNotes(folder: string, logger: Logger): LeaseNotes {
  // By epoch: an attempt that ends late takes away its own note, not that of the one after it.
  const fileOf = ({ jobId, range, epoch }: Lease) => path.join(folder, `${jobId}.${range}.${epoch}.json`);
  const orWarn = async <T>(attempt: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await attempt();
    } catch (error) {
      logger.warn('EDF_LEASE_FOLDER cannot be used; after a crash leases have to run out', { error });
      return otherwise;
    }
  };
  return {
    keep: (lease) =>
      orWarn(async () => {
        await mkdir(folder, { recursive: true });
        await writeFile(fileOf(lease), JSON.stringify({ host: hostname(), pid: process.pid, lease }));
      }, undefined),
    drop: (lease) => orWarn(() => rm(fileOf(lease), { force: true }), undefined),
    left: () =>
      orWarn(async () => {
        await mkdir(folder, { recursive: true });
        const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
        const found = await Promise.all(names.map((name) => readNote(path.join(folder, name))));
        return found.filter((lease) => lease !== null);
      }, []),
  };
}

/** null of what was cut while it was written, and of what belongs to a process that lives. */
async function readNote(file: string): Promise<Lease | null> {
  let note: unknown;
  try {
    note = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
  const { success, data } = noteSchema.safeParse(note);
  return success && data.host === hostname() && !isAnother(data.pid) ? data.lease : null;
}

/**
 * Somebody lets two workers of a machine share a folder: each keeps what is its own. Containers of one pod cannot be told
 * apart: there every first process has the same number, and none sees the others.
 */
function isAnother(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
