import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { createDocument } from 'zod-openapi';
import { auditPageSchema, auditQuerySchema } from './audit.ts';
import { changePageSchema, changeSchema } from './event.ts';
import { jobIdSchema, recordingIdSchema, uploadIdSchema } from './ids.ts';
import { jobSchema } from './job.ts';
import { jobExplanationSchema, jobTimelineSchema } from './job-evidence.ts';
import { limitsSchema } from './limits.ts';
import { operation } from './openapi-operation.ts';
import { operationsPaths } from './openapi-operations.ts';
import { webhookPaths, webhookRequests } from './openapi-webhooks.ts';
import { pageOf, pageQuerySchema } from './page.ts';
import { eventQuerySchema, jobQuerySchema, uploadQuerySchema } from './query.ts';
import { downloadSchema, recordingSchema } from './recording.ts';
import { resultSchema } from './result.ts';
import { receiptSchema, usageQuerySchema, usageSchema } from './usage.ts';
import {
  createUploadSchema,
  signPartsSchema,
  signedPartsSchema,
  uploadSchema,
  uploadedPartsSchema,
} from './upload.ts';

const uploadPath = z.object({ uploadId: uploadIdSchema });
const recordingPath = z.object({ recordingId: recordingIdSchema });
const jobPath = z.object({ jobId: jobIdSchema });

const paths: ZodOpenApiPathsObject = {
  '/v1/uploads': {
    post: operation({
      id: 'createUpload',
      summary: 'Announce a file; its header may be checked before its bytes move',
      header: z.object({ 'idempotency-key': z.string().min(1).max(255) }),
      body: createUploadSchema,
      answers: {
        201: { description: 'Created; sign and send its parts', schema: uploadSchema },
        200: {
          description: 'The same bytes are already here (isDuplicate), or a repeated request',
          schema: uploadSchema,
        },
      },
    }),
    get: operation({
      id: 'listUploads',
      summary: 'Uploads, newest first',
      query: uploadQuerySchema,
      answers: { 200: { description: 'A page', schema: pageOf(uploadSchema, 'UploadPage') } },
    }),
  },
  '/v1/uploads/{uploadId}': {
    get: operation({
      id: 'getUpload',
      summary: 'One upload',
      path: uploadPath,
      answers: { 200: { description: 'The upload', schema: uploadSchema } },
    }),
    delete: operation({
      id: 'abortUpload',
      summary: 'Give up an upload; parts that have arrived are deleted',
      path: uploadPath,
      answers: { 204: { description: 'Aborted' } },
    }),
  },
  '/v1/uploads/{uploadId}/parts': {
    post: operation({
      id: 'signParts',
      summary: 'Requests to send parts with; ask a few ahead, and again when they expire',
      path: uploadPath,
      body: signPartsSchema,
      answers: { 200: { description: 'Signed requests', schema: signedPartsSchema } },
    }),
    get: operation({
      id: 'listParts',
      summary: 'Parts that have arrived, to resume after',
      path: uploadPath,
      answers: { 200: { description: 'Arrived parts', schema: uploadedPartsSchema } },
    }),
  },
  '/v1/uploads/{uploadId}/complete': {
    post: operation({
      id: 'completeUpload',
      summary: 'All parts are sent: verify and accept',
      path: uploadPath,
      answers: {
        200: { description: 'Accepted, or rejected with a reason', schema: uploadSchema },
        202: {
          description: 'Still being put together; the upload tells when it is done',
          schema: uploadSchema,
        },
      },
    }),
  },
  '/v1/recordings': {
    get: operation({
      id: 'listRecordings',
      summary: 'Recordings, newest first',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page', schema: pageOf(recordingSchema, 'RecordingPage') } },
    }),
  },
  '/v1/recordings/{recordingId}': {
    get: operation({
      id: 'getRecording',
      summary: 'One recording with its newest job',
      path: recordingPath,
      answers: { 200: { description: 'The recording', schema: recordingSchema } },
    }),
    delete: operation({
      id: 'deleteRecording',
      summary: 'Delete a recording: every version of its file and all its results',
      path: recordingPath,
      answers: { 202: { description: 'Being deleted', schema: recordingSchema } },
    }),
  },
  '/v1/recordings/{recordingId}/download': {
    post: operation({
      id: 'downloadRecording',
      summary: 'A URL for the original file; single byte ranges may be asked for',
      path: recordingPath,
      answers: { 200: { description: 'The URL', schema: downloadSchema } },
    }),
  },
  '/v1/jobs': {
    get: operation({
      id: 'listJobs',
      summary: 'Jobs, newest first',
      query: jobQuerySchema,
      answers: { 200: { description: 'A page', schema: pageOf(jobSchema, 'JobPage') } },
    }),
  },
  '/v1/jobs/{jobId}': {
    get: operation({
      id: 'getJob',
      summary: 'One job',
      path: jobPath,
      answers: { 200: { description: 'The job', schema: jobSchema } },
    }),
  },
  '/v1/jobs/{jobId}/cancel': {
    post: operation({
      id: 'cancelJob',
      summary: 'Stop a job, waiting or running',
      path: jobPath,
      answers: { 202: { description: 'Canceling or canceled', schema: jobSchema } },
    }),
  },
  '/v1/jobs/{jobId}/retry': {
    post: operation({
      id: 'retryJob',
      summary: 'Run a failed, canceled or expired job again',
      path: jobPath,
      answers: { 202: { description: 'Queued again', schema: jobSchema } },
    }),
  },
  '/v1/jobs/{jobId}/result': {
    get: operation({
      id: 'getResult',
      summary: 'The committed result: its manifest, and URLs of its files',
      path: jobPath,
      answers: { 200: { description: 'The result', schema: resultSchema } },
    }),
  },
  '/v1/jobs/{jobId}/explain': {
    get: operation({
      id: 'explainJob',
      summary: 'Why a job waits: its place, the limit, the pool, the back-off, each with its time',
      path: jobPath,
      answers: { 200: { description: 'The reason', schema: jobExplanationSchema } },
    }),
  },
  '/v1/jobs/{jobId}/timeline': {
    get: operation({
      id: 'getTimeline',
      summary: 'What happened to a job, when and by whom, oldest first',
      path: jobPath,
      answers: { 200: { description: 'The evidence', schema: jobTimelineSchema } },
    }),
  },
  '/v1/audit': {
    get: operation({
      id: 'listAudit',
      summary: 'Who has seen, fetched, changed or deleted recordings, newest first (role owner)',
      query: auditQuerySchema,
      answers: {
        200: {
          description:
            'A page; it may be short, even empty, while nextCursor says that there is more to look at',
          schema: auditPageSchema,
        },
      },
    }),
  },
  '/v1/events': {
    get: operation({
      id: 'listChanges',
      summary: 'What has changed since a cursor: a stream (Accept: text/event-stream), or a page',
      query: eventQuerySchema,
      answers: {
        200: {
          description: 'Changes; in a stream `id:` is the cursor',
          schema: changePageSchema,
          stream: changeSchema,
        },
      },
    }),
  },
  '/v1/jobs/{jobId}/receipt': {
    get: operation({
      id: 'getReceipt',
      summary: 'What a job used and what that costs at list prices, attempt by attempt',
      path: jobPath,
      answers: {
        200: { description: 'The receipt; it grows until the job has ended', schema: receiptSchema },
      },
    }),
  },
  '/v1/usage': {
    get: operation({
      id: 'getUsage',
      summary: 'What this organisation used in a month (UTC; the present one unless given), day by day',
      query: usageQuerySchema,
      answers: { 200: { description: 'The usage', schema: usageSchema } },
    }),
  },
  '/v1/limits': {
    get: operation({
      id: 'getLimits',
      summary:
        'What this organisation may do, how much of it is used, and when a refused request may come again',
      answers: { 200: { description: 'The limits', schema: limitsSchema } },
    }),
  },
  ...operationsPaths,
  ...webhookPaths,
};

let document: ReturnType<typeof createDocument> | undefined;

/** OpenAPI 3.1 document of the HTTP API, made of the schemas that validate it: once, for all who read it. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  document ??= createDocument({
    openapi: '3.1.0',
    info: {
      title: 'edf-pipeline',
      version: '1',
      description: 'Upload EDF recordings; get them checked, analysed and viewable.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT (Cognito access token)' },
      },
    },
    paths,
    webhooks: webhookRequests,
  });
  return document;
}
