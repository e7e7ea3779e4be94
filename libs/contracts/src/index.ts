export { changePageSchema, changeSchema } from './event.ts';
export type { Change, ChangePage } from './event.ts';
export {
  DEFAULT_PIPELINE,
  jobIdSchema,
  pipelineSchema,
  recordingIdOf,
  recordingIdSchema,
  tenantIdSchema,
  uploadIdSchema,
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
export { limitsSchema } from './limits.ts';
export type { Limits } from './limits.ts';
export { pageOf, pageQuerySchema } from './page.ts';
export type { Page } from './page.ts';
export { findingSchema, problemCodeSchema, problemKinds, problemSchema } from './problem.ts';
export type { ApiFinding, Problem, ProblemCode } from './problem.ts';
export { eventQuerySchema, jobQuerySchema, uploadQuerySchema } from './query.ts';
export { downloadSchema, recordingSchema, recordingStatusSchema } from './recording.ts';
export type { Download, Recording, RecordingStatus } from './recording.ts';
export { manifestSchema, reportSchema, resultFileSchema, resultSchema } from './result.ts';
export type { Manifest, Report, Result, ResultFile } from './result.ts';
export {
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
