import type { AttemptUsage } from '@edf-pipeline/contracts';
import type { Ledger } from './ledger.ts';
import type { Lease } from './lease.ts';
import { failRange } from './fail.ts';

/** Gives a range back before its process ends (SIGTERM): the job waits again, and no attempt is charged. */
export function releaseRange(
  ledger: Ledger,
  lease: Lease,
  signal?: AbortSignal,
  usage?: AttemptUsage,
): Promise<'done' | 'lost'> {
  const failure = {
    class: 'infrastructure',
    code: 'interrupted',
    message: 'Time after time the worker was stopped before the job was finished. It can be run again.',
  } as const;
  return failRange(ledger, lease, failure, signal, usage);
}
