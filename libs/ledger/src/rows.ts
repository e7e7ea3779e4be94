import type {
  AttemptOutcome,
  AttemptUsage,
  FailureClass,
  JobError,
  JobPhase,
  JobProgress,
  JobStatus,
  Preflight,
  RecordingFacts,
  RecordingStatus,
  UploadRejection,
  UploadStatus,
} from '@edf-pipeline/contracts';
import type { AuditRow } from './audit-row.ts';
import type { WebhookDeliveryRow, WebhookRow } from './webhook-rows.ts';

/** Where jobs of a size run. */
export const pools = ['tiny', 'small', 'large', 'huge'] as const;

export type Pool = (typeof pools)[number];

/** An instant as `Date.toISOString()` gives it: text that sorts by time. */
export type Instant = string;

export interface UploadRow {
  readonly kind: 'upload';
  readonly id: string;
  readonly tenant: string;
  readonly status: UploadStatus;
  readonly rejection: UploadRejection | null;
  /** Encrypted by the gateway; cleared when the recording is deleted. */
  readonly sealedFileName: string | null;
  readonly byteLength: number;
  readonly method: 'single' | 'multipart';
  readonly partByteLength: number;
  readonly partCount: number;
  /** Key of the source object. */
  readonly key: string;
  readonly multipartId: string | null;
  readonly pipeline: string;
  readonly recordingId: string;
  readonly jobId: string;
  /** What the client said the bytes are, when it said so. */
  readonly declaredContentId: string | null;
  /** The recording that already held these bytes, and its job. */
  readonly duplicateOf: { readonly recordingId: string; readonly jobId: string } | null;
  readonly preflight: Preflight | null;
  /** Of its job; 0 when absent. */
  readonly priority?: number;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** When the bytes of an upload that became no recording were deleted the first time. */
  readonly cleanedAt: Instant | null;
  /** When the sweep looks at it; null once nothing is left to do. */
  readonly due: Instant | null;
}

export interface SourceObject {
  readonly key: string;
  readonly versionId: string;
  readonly byteLength: number;
  readonly contentId: string;
}

export interface RecordingRow {
  readonly kind: 'recording';
  readonly id: string;
  readonly tenant: string;
  readonly status: RecordingStatus;
  readonly uploadId: string;
  readonly sealedFileName: string | null;
  readonly source: SourceObject;
  /** Newest job of the default pipeline. */
  readonly jobId: string;
  readonly resultJobId: string | null;
  /** From the result of that job. */
  readonly facts?: RecordingFacts | null;
  readonly createdAt: Instant;
  readonly deletedAt: Instant | null;
  readonly due: Instant | null;
}

/** One line of a job's evidence: what happened when, and by whom. */
export interface JobHistoryEntry {
  readonly at: Instant;
  readonly what: string;
  readonly dispatch?: number;
  readonly epoch?: number;
  readonly owner?: string;
  readonly class?: FailureClass;
  readonly code?: string;
}

export interface JobResult {
  readonly epoch: number;
  /** `results/<tenant>/<jobId>/<epoch>/`. */
  readonly prefix: string;
  readonly manifestSha256: string;
}

export interface JobRow {
  readonly kind: 'job';
  readonly id: string;
  readonly tenant: string;
  readonly recordingId: string;
  readonly uploadId: string;
  readonly pipeline: string;
  readonly status: JobStatus;
  readonly phase: JobPhase;
  readonly pool: Pool;
  /** Seconds of head start within the tenant. */
  readonly priority: number;
  readonly source: SourceObject;
  readonly rangeCount: number;
  /** Number of the newest admission; work of an earlier one is refused. */
  readonly dispatch: number;
  readonly executorRef: string | null;
  /** Budgets: transient failures, crashes, interruptions, dispatches nobody claimed. */
  readonly attempts: number;
  readonly crashes: number;
  readonly evictions: number;
  readonly lostDispatches: number;
  readonly error: JobError | null;
  readonly result: JobResult | null;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly history: readonly JobHistoryEntry[];
  readonly due: Instant | null;
}

/** A stretch of a job's recording, the thing that is leased. An ordinary job has one. */
export interface RangeRow {
  readonly kind: 'range';
  readonly jobId: string;
  readonly tenant: string;
  readonly pool: Pool;
  readonly range: number;
  /** Fencing token: grows with every claim and every loss. */
  readonly epoch: number;
  readonly owner: string | null;
  /** Grows with every heartbeat. */
  readonly sequence: number;
  readonly leaseUntil: Instant | null;
  readonly cancelRequested: boolean;
  readonly progress: JobProgress;
  readonly due: Instant | null;
}

/** The first recording of a tenant with these bytes. */
export interface ContentRow {
  readonly kind: 'content';
  readonly tenant: string;
  readonly contentId: string;
  readonly recordingId: string;
}

export interface IdempotencyRow {
  readonly kind: 'idempotency';
  readonly requestHash: string;
  readonly uploadId: string;
}

/** Something to tell the outside, until it has been told. */
export interface OutboxRow {
  readonly kind: 'outbox';
  readonly id: string;
  readonly tenant: string;
  readonly type:
    | 'upload.completed'
    | 'upload.rejected'
    | 'job.succeeded'
    | 'job.failed'
    | 'job.canceled'
    | 'job.expired'
    | 'recording.deleted';
  readonly objectId: string;
  readonly at: Instant;
}

/** How often a store event named this object version: duplicates are counted, never acted on. */
export interface SeenRow {
  readonly kind: 'seen';
  readonly key: string;
  readonly versionId: string;
  readonly count: number;
}

/**
 * What a tenant has in hand in a pool: job id → the dispatch number it was admitted under. Written before the job is, so
 * that it never says too little; what has ended is left out the next time something is added.
 */
export interface InHandRow {
  readonly kind: 'in-hand';
  readonly tenant: string;
  readonly pool: Pool;
  readonly admissions: Readonly<Record<string, number>>;
}

export interface PolicyRow {
  readonly kind: 'policy';
  readonly tenant: string;
  readonly maxFileBytes: number;
  readonly maxRunningJobs: number;
  /** Share of a pool relative to other tenants. */
  readonly weight: number;
  /** Finding names that refuse a file. */
  readonly refuseFindings: readonly string[];
  /** Nothing of the tenant's is handed to a worker; what runs goes on, and uploads are still accepted. */
  readonly isPaused: boolean;
  /** Bounds of what may be there at once; null: none. */
  readonly maxStoredBytes: number | null;
  readonly maxOpenUploads: number | null;
  readonly maxWaitingJobs: number | null;
  /** In a day of UTC. */
  readonly maxUploadsPerDay: number | null;
  /** In the currency of the price table, in a month of UTC: from the first on clients are told, from the second refused. */
  readonly budgetWarnAt: number | null;
  readonly budgetRefuseAt: number | null;
}

/** What one attempt of a job used, said once for ever: rows like this add up to a month. */
export interface UsageRow {
  readonly kind: 'usage';
  readonly tenant: string;
  readonly jobId: string;
  readonly epoch: number;
  readonly outcome: AttemptOutcome;
  readonly at: Instant;
  readonly usage: AttemptUsage;
}

/** The sum of a day that is over, so that nobody adds it up again. */
export interface UsageDayRow {
  readonly kind: 'usage-day';
  readonly tenant: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly attempts: number;
  readonly usage: AttemptUsage;
}

/** A tenant that an operator has made known, with the machine clients that act for it. */
export interface TenantRow {
  readonly kind: 'tenant';
  readonly tenant: string;
  readonly createdAt: Instant;
  readonly machineClients: readonly string[];
}

/** Which tenant an app client acts for that signs in by itself: its tokens name no group. */
export interface MachineClientRow {
  readonly kind: 'machine-client';
  readonly clientId: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly createdAt: Instant;
}

export type Row =
  | UploadRow
  | RecordingRow
  | JobRow
  | RangeRow
  | ContentRow
  | IdempotencyRow
  | OutboxRow
  | SeenRow
  | InHandRow
  | PolicyRow
  | UsageRow
  | UsageDayRow
  | TenantRow
  | MachineClientRow
  | AuditRow
  | WebhookRow
  | WebhookDeliveryRow;
