import type { JobProgress } from '@edf-pipeline/contracts';
import type { Lease, Ledger } from '@edf-pipeline/ledger';
import { heartbeat } from '@edf-pipeline/ledger';

export type LeaseLoss = 'cancel-requested' | 'lost';

export interface KeptLease {
  /** Aborts when the lease is gone or cancellation is asked for. */
  readonly signal: AbortSignal;
  loss(): LeaseLoss | null;
  readonly progress: (progress: JobProgress) => void;
  /** Ends the renewals; resolves when none is under way. */
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
}

/** Part of the lease that is left as a margin: a holder that cannot renew stops before anybody takes over. */
const SAFE_SHARE = 0.6;

/** Renews a lease until stopped. When the ledger cannot be reached it gives the lease up before it runs out. */
export function keepLease(options: KeepLeaseOptions): KeptLease {
  const { ledger, lease, heartbeatSeconds, monotonicSeconds } = options;
  const gone = new AbortController();
  let loss: LeaseLoss | null = null;
  let progress = options.initial;
  let renewedAt = monotonicSeconds();
  let timer: NodeJS.Timeout | undefined;
  let renewing: Promise<void> = Promise.resolve();
  let isStopped = false;

  const lose = (why: LeaseLoss) => {
    loss ??= why;
    gone.abort(new Error(`lease ${why}`));
  };

  const renew = async () => {
    const begunAt = monotonicSeconds();
    try {
      const answer = await heartbeat(ledger, lease, progress);
      if (answer === 'held') renewedAt = begunAt;
      else lose(answer);
    } catch (error) {
      options.onError(error);
      if (monotonicSeconds() - renewedAt > ledger.settings.leaseSeconds * SAFE_SHARE) lose('lost');
    }
    if (!isStopped && !loss) schedule();
  };

  const schedule = () => {
    timer = setTimeout(() => {
      renewing = renew();
    }, heartbeatSeconds * 1000);
  };

  schedule();
  return {
    signal: gone.signal,
    loss: () => loss,
    progress: (next) => {
      progress = next;
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await renewing;
    },
  };
}
