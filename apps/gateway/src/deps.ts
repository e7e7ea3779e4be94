import type { Prices } from '@edf-pipeline/contracts';
import type { Request } from 'express';
import type { Ledger, Pool } from '@edf-pipeline/ledger';
import type { Health, Logger } from '@edf-pipeline/service';
import type { UploadStore } from '@edf-pipeline/storage';
import type { Caller } from './access-token.ts';
import type { ChangeSignal } from './change-feed.ts';
import type { Cursors } from './cursor.ts';
import type { FileNameSeal } from './file-name-seal.ts';
import type { InFlightLimits } from './in-flight.ts';
import type { LookNotes } from './note-look.ts';
import type { Quotas } from './quotas.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Webhooks } from './webhooks.ts';

/** What the gateway's use cases work with. */
export interface GatewayDeps {
  readonly ledger: Ledger;
  readonly store: UploadStore;
  readonly seal: FileNameSeal;
  readonly cursors: Cursors;
  readonly changes: ChangeSignal;
  readonly logger: Logger;
  readonly health: Health;
  readonly verify: (authorization: string | undefined) => Promise<Caller>;
  readonly poolFor: (byteLength: number) => Pool;
  readonly rates: RateLimits;
  readonly quotas: Quotas;
  readonly prices: Prices;
  /** Absent: webhooks are off. */
  readonly webhooks?: Webhooks;
  readonly settings: GatewaySettings;
  /** Sums up what is looked at again and again; absent: every look leaves a record of its own. */
  readonly looks?: LookNotes;
  /** Resolves after so long, or rejects when aborted; by a real timer when absent. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface GatewaySettings {
  /** Life of signed requests; S3 and design allow 15 minutes at most. */
  readonly signatureSeconds: number;
  /** How long a completion is waited for before the answer is 202. */
  readonly completeSeconds: number;
  /** How far behind the newest change a reader must look for changes that were written late. */
  readonly feedSettleMs: number;
  /** How late a change may become visible and still be told; as `feedSettleMs` when absent: one process, one clock. */
  readonly feedLateMs?: number;
  /** How often readers of changes look by themselves when nothing wakes them; 2 when absent. */
  readonly feedLookSeconds?: number;
  /** What is more than this process can do at once is refused at once; `defaultInFlight` when absent. */
  readonly inFlight?: InFlightLimits;
  /** How many of our own proxies say in X-Forwarded-For whom they speak for; 0 when absent: the address of the connection counts. */
  readonly trustedProxyHops?: number;
}

/** Who asks with a request; known once it has been authenticated. */
export type ContextOf = (request: Request) => RequestContext;

/** One request: who asks, from where, and until when it is worth going on. */
export interface RequestContext {
  readonly caller: Caller;
  readonly from: string;
  readonly signal: AbortSignal;
}
