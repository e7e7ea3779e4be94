export { admitJobs, admittedAs } from './admit.ts';
export type { AdmissionRounds, AdmittedJob } from './admit.ts';
export { listAudit, writeOperatorAudit } from './audit.ts';
export type { AuditQuery, FoundAudit, OperatorRecord } from './audit.ts';
export { cancelJob } from './cancel.ts';
export { claimRange } from './claim.ts';
export type { Claimed, Work } from './claim.ts';
export { commitResult } from './commit.ts';
export type { Committed } from './commit.ts';
export { createUpload, findContent, findReplay } from './create-upload.ts';
export type { CreatedUpload, NewUpload } from './create-upload.ts';
export { continueDeletion, requestDeletion } from './delete-recording.ts';
export { loseDispatch, markDispatched } from './dispatch.ts';
export { acknowledgeCancel, failRange } from './fail.ts';
export { endUpload } from './end-upload.ts';
export type { Finalized } from './end-upload.ts';
export { finalizeUpload } from './finalize-upload.ts';
export type { FinalizeDeps } from './finalize-upload.ts';
export { heartbeat } from './heartbeat.ts';
export type { HeartbeatAnswer } from './heartbeat.ts';
export type { Failure } from './job-state.ts';
export { parseSourceKey, resultPrefix, sourceKey, sourcePrefix } from './keys.ts';
export { judgeFolder } from './judge-folder.ts';
export type { OrphanReason } from './judge-folder.ts';
export { OPERATIONS, folderOfKey } from './keys.ts';
export type { ObjectFolder } from './keys.ts';
export { failureCauses, listFailed, listLive, quarantineCauses } from './list-across-tenants.ts';
export type { AcrossQuery, FoundAcross } from './list-across-tenants.ts';
export { createLeaseObserver } from './lease-observer.ts';
export type { LeaseObserver } from './lease-observer.ts';
export type { Lease } from './lease.ts';
export { StoreUnavailable, WriteConflict } from './ledger-store.ts';
export type {
  Expectation,
  IndexEntry,
  IndexName,
  Indexes,
  Item,
  Key,
  LedgerStore,
  Query,
  Write,
} from './ledger-store.ts';
export type { Ledger } from './ledger.ts';
export { jobIdFor } from './ledger.ts';
export { relayOutbox } from './outbox.ts';
export { planSweep } from './plan-sweep.ts';
export type { PlannedStep, SweepAction, SweepPlan } from './plan-sweep.ts';
export { defaultPolicy, readPolicy, writePolicy } from './policy.ts';
export {
  changedSince,
  listJobs,
  listRecordings,
  listUploads,
  readJob,
  readRecording,
  readRecordingOrTombstone,
  readUpload,
  writeAudit,
} from './read.ts';
export type { ChangedObject, JobWithRanges, Listed, ListQuery, Versioned } from './read.ts';
export { readWait } from './read-wait.ts';
export type { JobWait } from './read-wait.ts';
export { silentWorker } from './lose-lease.ts';
export { releaseRange } from './release.ts';
export { retryJob } from './retry.ts';
export type { Retried } from './retry.ts';
export type { FailureCause } from './indexes.ts';
export type { AccessAction, AuditRow, OperatorAction } from './audit-row.ts';
export type {
  JobResult,
  JobHistoryEntry,
  JobRow,
  MachineClientRow,
  OutboxRow,
  PolicyRow,
  Pool,
  RangeRow,
  RecordingRow,
  Row,
  SourceObject,
  TenantRow,
  UploadRow,
} from './rows.ts';
export { countSeenEvent } from './seen-event.ts';
export { defaultLedgerSettings } from './settings.ts';
export type { LedgerSettings } from './settings.ts';
export { moveBacklog } from './move-backlog.ts';
export { pools } from './rows.ts';
export { recoverFromGone, sweepDue } from './sweep-due.ts';
export type { DueLane, SweepDeps } from './sweep-due.ts';
export {
  MAX_MACHINE_CLIENTS,
  createTenant,
  listTenants,
  mapMachineClient,
  readMachineClient,
  readTenant,
  unmapMachineClient,
} from './tenants.ts';
export type { CreatedTenant, MappedClient, NewTenant } from './tenants.ts';
export { isUploadEnded, touchUpload } from './touch-upload.ts';
export type { TouchedUpload } from './touch-upload.ts';
export type { UploadObjects } from './upload-objects.ts';
export { countEligible } from './count-eligible.ts';
export { createRouting, onePool } from './routing.ts';
export type { RoutingSettings } from './routing.ts';
export { countUse } from './count-use.ts';
export type { TenantUse, UseQuestion } from './count-use.ts';
export { readJobUsage, readMonthUsage } from './read-usage.ts';
export type { DayUsage } from './read-usage.ts';
export type { UsageRow } from './rows.ts';
export { claimDelivery } from './claim-delivery.ts';
export type { ClaimedDelivery } from './claim-delivery.ts';
export { createDelivery } from './create-delivery.ts';
export type { NewDelivery } from './create-delivery.ts';
export { createWebhook } from './create-webhook.ts';
export type { CreatedWebhook, NewWebhook } from './create-webhook.ts';
export { deleteWebhook } from './delete-webhook.ts';
export { enableWebhook } from './enable-webhook.ts';
export { endDelivery } from './end-delivery.ts';
export type { DeliveryAttempt, EndedDelivery } from './end-delivery.ts';
export { MAX_WEBHOOKS, listDeliveries, listWebhooks, readDelivery, readWebhook } from './list-webhooks.ts';
export { relayToWebhooks } from './relay-to-webhooks.ts';
export { rotateWebhookSecret } from './rotate-webhook-secret.ts';
export type { WebhookAction } from './audit-row.ts';
export type { WebhookDeliveryRow, WebhookRow } from './webhook-rows.ts';
export { defaultWebhookSchedule } from './webhook-schedule.ts';
export type { WebhookSchedule } from './webhook-schedule.ts';
