import { z } from 'zod';
import { jobIdSchema, recordingIdSchema, uploadIdSchema } from './ids.ts';
import { findingSchema } from './problem.ts';

const instant = z.iso.datetime();

const base64Sha256 = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'is not a base64 SHA-256');
const contentId = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=(-[1-9][0-9]{0,4})?$/, 'is not a content id')
  .meta({ description: "base64 SHA-256 of the file, or S3's composite SHA-256 of its parts" });

export const uploadStatusSchema = z.enum([
  'pending',
  'uploading',
  'verifying',
  'completed',
  'rejected',
  'aborted',
  'expired',
]);
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

export const uploadRejectionSchema = z.enum(['size-mismatch', 'checksum-mismatch', 'object-missing']);
export type UploadRejection = z.infer<typeof uploadRejectionSchema>;

/** Largest header a client may send ahead: 256 × (1 + 2,047 signals). */
export const MAX_PREFLIGHT_HEADER_BYTES = 256 * 2_048;

/** A day: what waits longer is older than any priority. */
export const MAX_PRIORITY_SECONDS = 86_400;

export const createUploadSchema = z
  .strictObject({
    fileName: z
      .string()
      .min(1)
      .max(255)
      .meta({ description: 'Kept sealed; shown to the owner only, never in keys or logs' }),
    byteLength: z.int().min(1, 'the file is empty').max(Number.MAX_SAFE_INTEGER),
    contentId: contentId.optional().meta({
      description: 'When known ahead: a recording that is already here is answered instead of uploaded again',
    }),
    headerBase64: z
      .base64()
      .max(Math.ceil(MAX_PREFLIGHT_HEADER_BYTES / 3) * 4)
      .optional()
      .meta({ description: 'The EDF header record, to be checked before any other byte is sent' }),
    priority: z.int().min(0).max(MAX_PRIORITY_SECONDS).optional().meta({
      description:
        'Seconds of head start that its job has over the other waiting jobs of the organisation; none unless given',
    }),
  })
  .meta({ id: 'CreateUpload' });
export type CreateUpload = z.infer<typeof createUploadSchema>;

export const preflightSchema = z
  .object({
    variant: z.enum(['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D']),
    signalCount: z.int(),
    durationSeconds: z.number(),
    expectedByteLength: z.number().nullable(),
    findings: z.array(findingSchema),
    estimate: z.object({
      tier: z.enum(['tiny', 'small', 'large', 'huge']),
      seconds: z.number().meta({ description: 'Estimated processing time' }),
    }),
  })
  .meta({ id: 'Preflight' });
export type Preflight = z.infer<typeof preflightSchema>;

export const uploadSchema = z
  .object({
    id: uploadIdSchema,
    status: uploadStatusSchema,
    rejection: uploadRejectionSchema.nullable(),
    fileName: z.string().nullable(),
    byteLength: z.int(),
    method: z.enum(['single', 'multipart']),
    partByteLength: z.int(),
    partCount: z.int(),
    recordingId: recordingIdSchema.meta({
      description: 'The recording this becomes, or the one already here',
    }),
    jobId: jobIdSchema,
    isDuplicate: z
      .boolean()
      .meta({ description: 'The same bytes were here before; recordingId and jobId name them' }),
    preflight: preflightSchema.nullable(),
    createdAt: instant,
    expiresAt: instant,
    version: z.int(),
  })
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof uploadSchema>;

export const signPartsSchema = z
  .strictObject({
    parts: z
      .array(z.strictObject({ partNumber: z.int().min(1).max(10_000), checksumSha256: base64Sha256 }))
      .min(1)
      .max(100),
  })
  .meta({ id: 'SignParts' });
export type SignParts = z.infer<typeof signPartsSchema>;

/** A request the client carries out against the object store: exactly this method, URL and headers. */
export const signedPartSchema = z
  .object({
    partNumber: z.int(),
    method: z.literal('PUT'),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    expiresAt: instant,
  })
  .meta({ id: 'SignedPart' });
export const signedPartsSchema = z.object({ parts: z.array(signedPartSchema) }).meta({ id: 'SignedParts' });
export type SignedPart = z.infer<typeof signedPartSchema>;

export const uploadedPartsSchema = z
  .object({
    parts: z.array(z.object({ partNumber: z.int(), byteLength: z.int(), checksumSha256: z.string() })),
  })
  .meta({ id: 'UploadedParts' });
export type UploadedParts = z.infer<typeof uploadedPartsSchema>;
