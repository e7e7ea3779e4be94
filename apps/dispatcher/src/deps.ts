import type { FinalizeDeps, LeaseObserver, Ledger, OutboxRow, Pool } from '@edf-pipeline/ledger';
import type { JobQueue } from '@edf-pipeline/jobs';
import type { Logger } from '@edf-pipeline/service';
import type { WebhookSender } from './webhook-sender.ts';

/** What the dispatcher's use cases work with. It never opens a file. */
export interface DispatcherDeps extends FinalizeDeps {
  readonly ledger: Ledger;
  /** The executor of each pool. */
  readonly queues: Readonly<Partial<Record<Pool, JobQueue>>>;
  readonly observer: LeaseObserver;
  readonly logger: Logger;
  /** Tells the outside what has happened (at least once). */
  readonly deliver: (entry: OutboxRow) => Promise<void>;
  /** Sends deliveries that are due; without it they stay due. */
  readonly webhooks?: WebhookSender;
  readonly settings: DispatcherSettings;
}

export interface DispatcherSettings {
  readonly admitSeconds: number;
  readonly sweepSeconds: number;
  readonly relaySeconds: number;
}
