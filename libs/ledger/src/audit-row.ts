import type { Instant } from './rows.ts';

/** Looks at what tells of a recording, its name at least. */
export type AccessAction =
  'recording.list' | 'recording.watch' | 'upload.list' | 'upload.abort' | 'audit.read';

/** What owners do with the endpoints that are told of events. */
export type WebhookAction =
  'webhook.create' | 'webhook.delete' | 'webhook.rotate-secret' | 'webhook.enable' | 'webhook.test';

/** What operators do; kept with the tenant it was done to, and with the operators. */
export type OperatorAction =
  | 'operator.job.list'
  | 'operator.job.read'
  | 'operator.job.retry'
  | 'operator.job.cancel'
  | 'operator.redrive'
  | 'operator.tenant.list'
  | 'operator.tenant.read'
  | 'operator.tenant.create'
  | 'operator.tenant.change'
  | 'operator.reconcile'
  | 'operator.object.delete'
  | 'operator.audit.read';

export interface AuditRow {
  readonly kind: 'audit';
  readonly tenant: string;
  readonly subject: string;
  readonly action:
    | 'recording.read'
    | 'recording.download'
    | 'recording.delete'
    | 'result.read'
    | 'upload.create'
    | 'job.retry'
    | 'job.cancel'
    | AccessAction
    | WebhookAction
    | OperatorAction;
  readonly objectId: string;
  readonly at: Instant;
  readonly from: string;
}
