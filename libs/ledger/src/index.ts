export { admitJobs } from './admit.ts';
export type { AdmittedJob } from './admit.ts';
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
export { releaseRange } from './release.ts';
export { retryJob } from './retry.ts';
export type { Retried } from './retry.ts';
export type {
  AuditRow,
  JobResult,
  JobRow,
  OutboxRow,
  PolicyRow,
  Pool,
  RangeRow,
  RecordingRow,
  Row,
  SourceObject,
  UploadRow,
} from './rows.ts';
export { countSeenEvent } from './seen-event.ts';
export { defaultLedgerSettings } from './settings.ts';
export type { LedgerSettings } from './settings.ts';
export { recoverFromGone, sweepDue } from './sweep-due.ts';
export type { SweepDeps } from './sweep-due.ts';
export { isUploadEnded, touchUpload } from './touch-upload.ts';
export type { TouchedUpload } from './touch-upload.ts';
export type { UploadObjects } from './upload-objects.ts';
