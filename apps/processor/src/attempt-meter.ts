import type { AttemptUsage } from '@edf-pipeline/contracts';
import type { Ledger } from '@edf-pipeline/ledger';
import type { ObjectStore } from '@edf-pipeline/storage';
import type { ThreadUsage } from './analysis-task.ts';
import { countRequests } from './count-requests.ts';
import { meterLedger } from './meter-ledger.ts';

/** Measures one attempt from here on: through its ledger and its store, and by what the analysis thread reports. */
export interface AttemptMeter {
  readonly ledger: Ledger;
  readonly store: ObjectStore;
  /** So far; the write that carries it is not in it. `thread` is what the thread has reported, if it could. */
  usage(thread: ThreadUsage | undefined): AttemptUsage;
}

export interface MeterOptions {
  readonly ledger: Ledger;
  readonly store: ObjectStore;
  /** Set aside for the attempt, used or not. */
  readonly memoryMegabytes: number;
  readonly monotonicSeconds: () => number;
}

export function startMeter(options: MeterOptions): AttemptMeter {
  const { memoryMegabytes, monotonicSeconds } = options;
  const begunAt = monotonicSeconds();
  const ledger = meterLedger(options.ledger.store);
  const objects = countRequests(options.store);
  return {
    ledger: { ...options.ledger, store: ledger.store },
    store: objects.store,
    usage(thread) {
      const wallSeconds = monotonicSeconds() - begunAt;
      const here = objects.counts();
      return {
        // A thread that died cannot say: it is taken to have worked all the time.
        cpuSeconds: thread?.cpuSeconds ?? wallSeconds,
        wallSeconds,
        memoryGibSeconds: (memoryMegabytes / 1_024) * wallSeconds,
        bytesRead: here.bytesRead + (thread?.bytesRead ?? 0),
        bytesWritten: here.bytesWritten + (thread?.bytesWritten ?? 0),
        objectReads: here.objectReads + (thread?.objectReads ?? 0),
        objectWrites: here.objectWrites + (thread?.objectWrites ?? 0),
        ...ledger.units(),
      };
    },
  };
}
