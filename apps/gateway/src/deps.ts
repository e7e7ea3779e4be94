import type { Ledger, Pool } from '@edf-pipeline/ledger';
import type { Health, Logger } from '@edf-pipeline/service';
import type { UploadStore } from '@edf-pipeline/storage';
import type { Caller } from './access-token.ts';
import type { ChangeSignal } from './change-feed.ts';
import type { Cursors } from './cursor.ts';
import type { FileNameSeal } from './file-name-seal.ts';

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
  readonly settings: GatewaySettings;
}

export interface GatewaySettings {
  /** Life of signed requests; S3 and design allow 15 minutes at most. */
  readonly signatureSeconds: number;
  /** How long a completion is waited for before the answer is 202. */
  readonly completeSeconds: number;
  /** How far behind the newest change a reader must look for changes that were written late. */
  readonly feedSettleMs: number;
}

/** One request: who asks, from where, and until when it is worth going on. */
export interface RequestContext {
  readonly caller: Caller;
  readonly from: string;
  readonly signal: AbortSignal;
}
