import { z } from 'zod';
import { quotaSchema } from './limits.ts';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

/** Every problem the API answers with: stable code → HTTP status and title. */
export const problemKinds = {
  'malformed-json': { status: 400, title: 'The body is not JSON', retryable: false },
  'validation-failed': { status: 422, title: 'A field of the request is wrong', retryable: false },
  unauthenticated: { status: 401, title: 'No valid access token', retryable: false },
  forbidden: { status: 403, title: 'This token may not do that', retryable: false },
  'not-found': { status: 404, title: 'There is nothing here', retryable: false },
  'method-not-allowed': { status: 405, title: 'This resource does not take that method', retryable: false },
  'state-conflict': { status: 409, title: 'Not possible in the present state', retryable: false },
  'upload-ended': { status: 410, title: 'The upload was aborted, rejected or has expired', retryable: false },
  'parts-missing': { status: 409, title: 'Not all parts have arrived as declared', retryable: false },
  'checksum-mismatch': { status: 409, title: 'The stored bytes are not the declared ones', retryable: false },
  'file-too-large': { status: 413, title: 'The file is larger than allowed', retryable: false },
  'request-too-large': { status: 413, title: 'The request body is too large', retryable: false },
  'unsupported-edf': { status: 422, title: 'This is not a file we can read', retryable: false },
  'edf-refused-by-policy': {
    status: 422,
    title: 'The file breaks a rule of your organisation',
    retryable: false,
  },
  'idempotency-key-required': { status: 400, title: 'An Idempotency-Key header is needed', retryable: false },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    retryable: false,
  },
  'rate-limited': { status: 429, title: 'Too many requests', retryable: true },
  'quota-exceeded': { status: 429, title: 'A limit of your organisation is reached', retryable: true },
  'storage-full': { status: 507, title: 'The storage is full', retryable: true },
  'service-unavailable': { status: 503, title: 'A part of the service is not available', retryable: true },
  'not-configured': { status: 409, title: 'This has not been set up here', retryable: false },
  internal: { status: 500, title: 'Something went wrong on our side', retryable: true },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;

export const problemCodeSchema = z.enum(Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]]);

/** RFC 9457 problem details, `application/problem+json`. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'urn:edf-pipeline:problem:<code>' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong and what to do, in one or two sentences' }),
    instance: z.string(),
    code: problemCodeSchema,
    requestId: z.string(),
    retryable: z.boolean(),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON pointer into the request, or header:<name>' }),
          detail: z.string(),
        }),
      )
      .optional(),
    findings: z.array(z.lazy(() => findingSchema)).optional(),
    quota: quotaSchema.optional().meta({ description: 'The bound that was reached (quota-exceeded)' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** One deviation of a file from the EDF specification. Never holds identifying text. */
export const findingSchema = z
  .object({
    id: z.string().meta({ description: 'EDF001 …; docs/findings has a page for each' }),
    name: z.string(),
    severity: z.enum(['fatal', 'error', 'warning', 'info']),
    message: z.string(),
    offset: z.number().optional().meta({ description: 'Byte from the start of the file' }),
    length: z.number().optional(),
    field: z.string().optional(),
    signal: z.int().optional(),
    signals: z
      .array(z.int())
      .readonly()
      .optional()
      .meta({ description: 'All signals that one finding is about, from 0' }),
    record: z.int().optional(),
    clause: z.string().optional(),
    assumed: z.string().optional(),
  })
  .meta({ id: 'Finding' });
export type ApiFinding = z.infer<typeof findingSchema>;
