import type { JobProgress } from '@edf-pipeline/contracts';
import type { Lease, Ledger } from '@edf-pipeline/ledger';
import { heartbeat } from '@edf-pipeline/ledger';
import type { Timers } from './timers.ts';
import { realTimers } from './timers.ts';

export type LeaseLoss = 'cancel-requested' | 'lost';

export interface KeptLease {
  /** Aborts when the lease is gone or cancellation is asked for. */
  readonly signal: AbortSignal;
  loss(): LeaseLoss | null;
  readonly progress: (progress: JobProgress) => void;
  /** Ends the renewals; one that is under way is not waited for. */
  stop(): Promise<void>;
}

export interface KeepLeaseOptions {
  readonly ledger: Ledger;
  readonly lease: Lease;
  readonly initial: JobProgress;
  readonly heartbeatSeconds: number;
  /** A clock that never jumps, in seconds. */
  readonly monotonicSeconds: () => number;
  readonly onError: (error: unknown) => void;
  /** The real ones when absent. */
  readonly timers?: Timers;
}

/** A holder that could not renew for this part of the lease stops; the rest is its time to do so before anybody takes over. */
const SAFE_SHARE = 0.7;

/**
 * Renews a lease until stopped. When the ledger cannot be reached, or does not answer at all, it gives the lease up
 * before it runs out.
 */
export function keepLease(options: KeepLeaseOptions): KeptLease {
  const { ledger, lease, heartbeatSeconds, monotonicSeconds, timers = realTimers } = options;
  const gone = new AbortController();
  let loss: LeaseLoss | null = null;
  let progress = options.initial;
  let timer: unknown;
  let giveUpTimer: unknown;
  let renewing: Promise<void> = Promise.resolve();
  const ended = new AbortController();

  const end = () => {
    timers.stop(timer);
    timers.stop(giveUpTimer);
    // A renewal under way may hang: nobody waits for it any more.
    ended.abort(new Error('no more renewals'));
  };

  const lose = (why: LeaseLoss) => {
    loss ??= why;
    end();
    gone.abort(new Error(`lease ${why}`));
  };

  /** Counted from before the renewal was sent: when it arrived nobody knows. */
  const heldSince = (renewedAt: number) => {
    timers.stop(giveUpTimer);
    const left = ledger.settings.leaseSeconds * SAFE_SHARE - (monotonicSeconds() - renewedAt);
    giveUpTimer = timers.start(() => lose('lost'), left * 1000);
  };

  const renew = async () => {
    const begunAt = monotonicSeconds();
    try {
      const answer = await heartbeat(ledger, lease, progress, ended.signal);
      if (ended.signal.aborted) return;
      if (answer === 'held') heldSince(begunAt);
      else lose(answer);
    } catch (error) {
      if (ended.signal.aborted) return;
      options.onError(error);
    }
    if (!ended.signal.aborted) schedule();
  };

  const schedule = () => {
    timer = timers.start(() => {
      renewing = Promise.race([renew(), untilAborted(ended.signal)]);
    }, heartbeatSeconds * 1000);
  };

  heldSince(monotonicSeconds());
  schedule();
  return {
    signal: gone.signal,
    loss: () => loss,
    progress: (next) => {
      progress = next;
    },
    async stop() {
      end();
      await renewing;
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
