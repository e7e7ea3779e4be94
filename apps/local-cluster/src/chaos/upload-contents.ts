import type { ApiClient, ResumeState, Timing } from '@edf-pipeline/uploader';
import {
  ApiProblem,
  NetworkError,
  UploadError,
  createApiClient,
  systemTiming,
  uploadFile,
  waitForJob,
} from '@edf-pipeline/uploader';
import type { UserPool } from '../user-pool.ts';
import type { PlannedUpload } from './upload-plan.ts';
import { bytesOf } from './chaos-recordings.ts';

/** What a client was told about one upload. */
export interface UploadedContent extends PlannedUpload {
  readonly outcome: 'done' | 'duplicate' | 'other';
  readonly detail: string;
  readonly uploadId: string;
  readonly recordingId: string;
  readonly jobId: string;
  /** How often it was begun again. */
  readonly tries: number;
}

export interface UploadContentsOptions {
  readonly clientOf: (tenant: string) => ApiClient;
  readonly uploads: readonly PlannedUpload[];
  /** How many clients work at once. */
  readonly lanes: number;
  /** A client waits for the end of a job for so long, before it goes on to its next upload. */
  readonly jobPatienceSeconds: number;
  /** Resolves when this one may begin. */
  readonly mayBegin?: (index: number) => Promise<void>;
  /** An upload has been announced; its bytes are not there yet. */
  readonly onAnnounced?: (tenant: string, uploadId: string) => void;
  readonly onUploaded?: (uploaded: UploadedContent) => void;
}

const MOST_TRIES = 40;
const PATIENCE_SECONDS = 30;

/** Comes back sooner than people's clients do. */
const eager: Timing = {
  ...systemTiming,
  sleep: (milliseconds, signal) => systemTiming.sleep(Math.min(milliseconds, 500), signal),
};

/** A client of a tenant; it gets itself a new access token when the old one has run out. */
export function createTenantClient(url: string, users: UserPool, tenant: string): ApiClient {
  let count = 0;
  const renew = () => {
    count += 1;
    return users.tokenFor({ name: `${tenant}-${count}`, groups: [`tenant:${tenant}`, 'role:owner'] });
  };
  let token = renew();
  return createApiClient({
    baseUrl: url,
    getToken: (options) => (options?.refresh ? (token = renew()) : token),
    timing: eager,
    patienceSeconds: PATIENCE_SECONDS,
    answerSeconds: 15,
  });
}

/** Uploads all of them as stubborn clients do: each is come back to, with what it had remembered, until it is there. */
export async function uploadContents(options: UploadContentsOptions): Promise<UploadedContent[]> {
  const { uploads } = options;
  const results: UploadedContent[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < uploads.length; index = next++) {
      const planned = uploads[index];
      if (!planned) return;
      await options.mayBegin?.(index);
      const result = await uploadStubbornly(options, planned, index);
      results[index] = result;
      const limit = { limitSeconds: options.jobPatienceSeconds };
      // Only to go on at the pace of the work: what became of it is read in the ledger.
      if (result.outcome === 'done')
        await waitForJob(options.clientOf(planned.tenant), result.jobId, limit).catch(() => undefined);
      options.onUploaded?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return results;
}

async function uploadStubbornly(
  options: UploadContentsOptions,
  planned: PlannedUpload,
  index: number,
): Promise<UploadedContent> {
  const bytes = bytesOf(planned.content);
  const source = {
    name: `night-${index}.edf`,
    byteLength: bytes.length,
    slice: async (start: number, end: number) => new Uint8Array(bytes.subarray(start, end)),
  };
  let resume: ResumeState | null = null;
  const announced = new Set<string>();
  for (let tries = 1; ; tries++) {
    try {
      const outcome = await uploadFile({
        client: options.clientOf(planned.tenant),
        source,
        resume,
        onResumeState: (state) => {
          resume = state;
        },
        onState: (state) => {
          const upload = state.kind === 'uploading' ? state.upload : null;
          if (!upload || announced.has(upload.id)) return;
          announced.add(upload.id);
          options.onAnnounced?.(planned.tenant, upload.id);
        },
        patienceSeconds: PATIENCE_SECONDS,
        stallSeconds: 20,
        verifySeconds: 120,
      });
      const isOther = outcome.kind !== 'done' && outcome.kind !== 'duplicate';
      const upload = 'upload' in outcome ? outcome.upload : null;
      return {
        ...planned,
        outcome: isOther ? 'other' : outcome.kind,
        detail: isOther ? JSON.stringify(outcome) : '',
        uploadId: upload?.id ?? '',
        recordingId: upload?.recordingId ?? '',
        jobId: upload?.jobId ?? '',
        tries,
      };
    } catch (error) {
      if (tries === MOST_TRIES || !isOfTheNetwork(error)) {
        const detail = error instanceof Error ? `${error.name} ${error.message}` : String(error);
        return { ...planned, outcome: 'other', detail, uploadId: '', recordingId: '', jobId: '', tries };
      }
    }
  }
}

/** Whatever a person would try again. */
function isOfTheNetwork(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  if (error instanceof ApiProblem) return error.problem.retryable;
  return error instanceof UploadError && (error.code === 'wait-limit' || error.code === 'part-refused');
}
