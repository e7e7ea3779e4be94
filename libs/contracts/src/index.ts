export { auditPageSchema, auditQuerySchema, auditRecordSchema } from './audit.ts';
export type { AuditRecord } from './audit.ts';
export { costOf, sumCosts } from './cost.ts';
export { changeChannel, changePageSchema, changeSchema } from './event.ts';
export type { Change, ChangePage } from './event.ts';
export {
  DEFAULT_PIPELINE,
  jobIdSchema,
  pipelineSchema,
  recordingIdOf,
  recordingIdSchema,
  tenantIdSchema,
  uploadIdSchema,
  webhookDeliveryIdSchema,
  webhookIdSchema,
} from './ids.ts';
export {
  failureClassSchema,
  jobErrorSchema,
  jobPhaseSchema,
  jobProgressSchema,
  jobSchema,
  jobStatusSchema,
} from './job.ts';
export type { FailureClass, Job, JobError, JobPhase, JobProgress, JobStatus } from './job.ts';
export { limitsSchema, quotaNameSchema, quotaSchema } from './limits.ts';
export type { Limits, Quota, QuotaName } from './limits.ts';
export {
  jobExplanationSchema,
  jobTimelineSchema,
  timelineEntrySchema,
  waitReasonSchema,
} from './job-evidence.ts';
export type { JobExplanation, JobTimeline, WaitReason } from './job-evidence.ts';
export {
  causeSchema,
  operationsJobPageSchema,
  operationsJobQuerySchema,
  operationsJobSchema,
  orphanSchema,
  reconcileSchema,
  reconciledSchema,
  redriveSchema,
  redrivenSchema,
} from './operations.ts';
export type { OperationsJob, Orphan, Reconcile, Reconciled, Redrive, Redriven } from './operations.ts';
export {
  clientIdSchema,
  createTenantSchema,
  machineRolesSchema,
  mapClientSchema,
  policyChangeSchema,
  policySchema,
  tenantSchema,
} from './tenant.ts';
export type { CreateTenant, Policy, PolicyChange, Tenant } from './tenant.ts';
export { pageOf, pageQuerySchema } from './page.ts';
export type { Page } from './page.ts';
export { LOCAL_REGION, defaultPriceTable, priceTableSchema, pricesOf } from './price-table.ts';
export type { PriceTable, Prices, RegionPrices } from './price-table.ts';
export { findingSchema, problemCodeSchema, problemKinds, problemSchema } from './problem.ts';
export type { ApiFinding, Problem, ProblemCode } from './problem.ts';
export { eventQuerySchema, jobQuerySchema, uploadQuerySchema } from './query.ts';
export { downloadSchema, recordingFactsSchema, recordingSchema, recordingStatusSchema } from './recording.ts';
export type { Download, Recording, RecordingFacts, RecordingStatus } from './recording.ts';
export { manifestSchema, reportSchema, resultFileSchema, resultSchema } from './result.ts';
export type { Manifest, Report, Result, ResultFile } from './result.ts';
export {
  attemptUsageSchema,
  budgetSchema,
  costSchema,
  monthSchema,
  noUsage,
  receiptSchema,
  sumUsage,
  usageQuerySchema,
  usageSchema,
} from './usage.ts';
export type { AttemptOutcome, AttemptUsage, Budget, Cost, Receipt, Usage } from './usage.ts';
export {
  MAX_PRIORITY_SECONDS,
  MAX_PREFLIGHT_HEADER_BYTES,
  createUploadSchema,
  preflightSchema,
  signPartsSchema,
  signedPartSchema,
  signedPartsSchema,
  uploadRejectionSchema,
  uploadSchema,
  uploadStatusSchema,
  uploadedPartsSchema,
} from './upload.ts';
export type {
  CreateUpload,
  Preflight,
  SignParts,
  SignedPart,
  Upload,
  UploadRejection,
  UploadStatus,
  UploadedParts,
} from './upload.ts';
export {
  createWebhookSchema,
  webhookDeliveryErrorSchema,
  webhookDeliverySchema,
  webhookDeliveryStatusSchema,
  webhookDisabledReasonSchema,
  webhookEventSchema,
  webhookEventTypeSchema,
  webhookListSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from './webhook.ts';
export type {
  CreateWebhook,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryError,
  WebhookDeliveryStatus,
  WebhookDisabledReason,
  WebhookEvent,
  WebhookEventType,
  WebhookList,
  WebhookWithSecret,
} from './webhook.ts';
