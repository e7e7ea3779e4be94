import type {
  WebhookDeliveryError,
  WebhookDeliveryStatus,
  WebhookDisabledReason,
  WebhookEvent,
  WebhookEventType,
} from '@edf-pipeline/contracts';
import type { Instant } from './rows.ts';

/** Where a tenant wants to be told of events. */
export interface WebhookRow {
  readonly kind: 'webhook';
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  /** Encrypted by the gateway, opened by the dispatcher. */
  readonly sealedSecret: string;
  /** Newest first; each signs as well until it ends. */
  readonly previousSecrets: readonly { readonly sealed: string; readonly until: Instant }[];
  readonly state: 'active' | 'disabled';
  readonly disabledReason: WebhookDisabledReason | null;
  /** Tries without one success between. */
  readonly failuresInARow: number;
  readonly failingSince: Instant | null;
  readonly createdAt: Instant;
}

/** One event on its way to one endpoint. */
export interface WebhookDeliveryRow {
  readonly kind: 'webhook-delivery';
  readonly id: string;
  readonly tenant: string;
  readonly webhookId: string;
  /** What is posted, the same with every try. */
  readonly event: WebhookEvent;
  readonly status: WebhookDeliveryStatus;
  /** Tries begun; also the fencing token: what an earlier try has to say is not heard. */
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: WebhookDeliveryError | null;
  readonly createdAt: Instant;
  readonly finishedAt: Instant | null;
  /** When it may be tried: again later, or, while a try is under way, when that one is taken for lost. */
  readonly due: Instant | null;
}
