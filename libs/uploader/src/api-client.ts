import type {
  AuditRecord,
  ChangePage,
  CreateUpload,
  Download,
  Job,
  JobExplanation,
  JobStatus,
  JobTimeline,
  Limits,
  Page,
  Receipt,
  Recording,
  Result,
  SignedPart,
  SignParts,
  Upload,
  UploadedParts,
  Usage,
} from '@edf-pipeline/contracts';
import { createApiTransport } from './api-transport.ts';
import type { CallOptions } from './api-transport.ts';
import type { OperationsClient } from './operations-client.ts';
import { createOperationsClient } from './operations-client.ts';
import type { Timing } from './timing.ts';
import { systemTiming } from './timing.ts';
import type { WebhooksClient } from './webhooks-client.ts';
import { createWebhooksClient } from './webhooks-client.ts';

export interface ApiClientOptions {
  /** For example `http://127.0.0.1:8080`; in a page `location.origin`. */
  readonly baseUrl: string;
  /** Asked before every request; with `refresh` after the API has refused the last one. */
  getToken(options?: { refresh?: boolean }): Promise<string> | string;
  readonly fetch?: typeof fetch;
  readonly timing?: Timing;
  /** How long one call is repeated through network errors, 429 and 5xx. */
  readonly patienceSeconds?: number;
  /** Longest wait for one answer. */
  readonly answerSeconds?: number;
}

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** The HTTP API as typed calls. Each retries what is transient and throws `ApiProblem` or `NetworkError`. */
export interface ApiClient {
  createUpload(body: CreateUpload, idempotencyKey: string, options?: CallOptions): Promise<Upload>;
  listUploads(query?: PageQuery & { state?: 'open' | 'all' }, options?: CallOptions): Promise<Page<Upload>>;
  getUpload(uploadId: string, options?: CallOptions): Promise<Upload>;
  abortUpload(uploadId: string, options?: CallOptions): Promise<void>;
  signParts(uploadId: string, parts: SignParts['parts'], options?: CallOptions): Promise<SignedPart[]>;
  listParts(uploadId: string, options?: CallOptions): Promise<UploadedParts['parts']>;
  completeUpload(uploadId: string, options?: CallOptions): Promise<Upload>;
  listRecordings(query?: PageQuery, options?: CallOptions): Promise<Page<Recording>>;
  getRecording(recordingId: string, options?: CallOptions): Promise<Recording>;
  deleteRecording(recordingId: string, options?: CallOptions): Promise<Recording>;
  downloadRecording(recordingId: string, options?: CallOptions): Promise<Download>;
  listJobs(query?: PageQuery & { status?: JobStatus }, options?: CallOptions): Promise<Page<Job>>;
  getJob(jobId: string, options?: CallOptions): Promise<Job>;
  cancelJob(jobId: string, options?: CallOptions): Promise<Job>;
  retryJob(jobId: string, options?: CallOptions): Promise<Job>;
  explainJob(jobId: string, options?: CallOptions): Promise<JobExplanation>;
  getTimeline(jobId: string, options?: CallOptions): Promise<JobTimeline>;
  /** Needs the role owner. */
  listAudit(
    query?: PageQuery & { since?: string; until?: string },
    options?: CallOptions,
  ): Promise<Page<AuditRecord>>;
  /** File URLs in it are absolute. */
  getResult(jobId: string, options?: CallOptions): Promise<Result>;
  listChanges(query?: { after?: string; waitSeconds?: number }, options?: CallOptions): Promise<ChangePage>;
  /** The open change stream (`text/event-stream`), or whatever else the server answered with. One try. */
  openChangeStream(after: string | null, signal: AbortSignal): Promise<Response>;
  getLimits(options?: CallOptions): Promise<Limits>;
  /** @param query `month`: YYYY-MM, the present one unless given */
  getUsage(query?: { month?: string }, options?: CallOptions): Promise<Usage>;
  getReceipt(jobId: string, options?: CallOptions): Promise<Receipt>;
  readonly operations: OperationsClient;
  readonly webhooks: WebhooksClient;
  /** An absolute URL of what the API named relative to itself. */
  resolveUrl(url: string): string;
  readonly timing: Timing;
  readonly fetch: typeof fetch;
}

/** @param of see {@link ApiClientOptions}; calls are repeated for 60 s, an answer is waited for 30 s */
export function createApiClient(of: ApiClientOptions): ApiClient {
  const timing = of.timing ?? systemTiming;
  const fetchImplementation = of.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const { call, open, resolveUrl } = createApiTransport({
    baseUrl: of.baseUrl,
    getToken: of.getToken,
    fetch: fetchImplementation,
    timing,
    patienceSeconds: of.patienceSeconds ?? 60,
    answerSeconds: of.answerSeconds ?? 30,
  });
  const path = (kind: string, id: string, rest = '') => `/v1/${kind}/${encodeURIComponent(id)}${rest}`;
  return {
    createUpload: (body, idempotencyKey, options) =>
      call('POST', '/v1/uploads', { ...options, body, headers: { 'idempotency-key': idempotencyKey } }),
    listUploads: (query = {}, options) => call('GET', '/v1/uploads', { ...options, query }),
    getUpload: (id, options) => call('GET', path('uploads', id), options),
    abortUpload: (id, options) => call('DELETE', path('uploads', id), options),
    signParts: async (id, parts, options) =>
      (
        await call<{ parts: SignedPart[] }>('POST', path('uploads', id, '/parts'), {
          ...options,
          body: { parts },
        })
      ).parts,
    listParts: async (id, options) =>
      (await call<UploadedParts>('GET', path('uploads', id, '/parts'), options)).parts,
    completeUpload: (id, options) => call('POST', path('uploads', id, '/complete'), options),
    listRecordings: (query = {}, options) => call('GET', '/v1/recordings', { ...options, query }),
    getRecording: (id, options) => call('GET', path('recordings', id), options),
    deleteRecording: (id, options) => call('DELETE', path('recordings', id), options),
    downloadRecording: async (id, options) => {
      const download = await call<Download>('POST', path('recordings', id, '/download'), options);
      return { ...download, url: resolveUrl(download.url) };
    },
    listJobs: (query = {}, options) => call('GET', '/v1/jobs', { ...options, query }),
    getJob: (id, options) => call('GET', path('jobs', id), options),
    cancelJob: (id, options) => call('POST', path('jobs', id, '/cancel'), options),
    retryJob: (id, options) => call('POST', path('jobs', id, '/retry'), options),
    explainJob: (id, options) => call('GET', path('jobs', id, '/explain'), options),
    getTimeline: (id, options) => call('GET', path('jobs', id, '/timeline'), options),
    listAudit: (query = {}, options) => call('GET', '/v1/audit', { ...options, query }),
    getResult: async (id, options) => {
      const result = await call<Result>('GET', path('jobs', id, '/result'), options);
      return { ...result, files: result.files.map((file) => ({ ...file, url: resolveUrl(file.url) })) };
    },
    listChanges: (query = {}, options) =>
      call('GET', '/v1/events', { ...options, query, extraAnswerSeconds: query.waitSeconds ?? 0 }),
    openChangeStream: (after, signal) =>
      open('GET', '/v1/events', {
        signal,
        query: { after: after ?? undefined },
        headers: { accept: 'text/event-stream' },
      }),
    getLimits: (options) => call('GET', '/v1/limits', options),
    getUsage: (query = {}, options) => call('GET', '/v1/usage', { ...options, query }),
    getReceipt: (id, options) => call('GET', path('jobs', id, '/receipt'), options),
    operations: createOperationsClient(call),
    webhooks: createWebhooksClient(call),
    resolveUrl,
    timing,
    fetch: fetchImplementation,
  };
}
