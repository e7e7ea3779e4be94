import { z } from 'zod';
import { jobIdSchema, recordingIdSchema, uploadIdSchema } from './ids.ts';
import { jobSchema } from './job.ts';
import { preflightSchema } from './upload.ts';

const instant = z.iso.datetime();

export const recordingStatusSchema = z.enum(['available', 'deleting', 'deleted']);
export type RecordingStatus = z.infer<typeof recordingStatusSchema>;

/** What a list says of a recording that has been analysed. */
export const recordingFactsSchema = preflightSchema
  .pick({ variant: true, signalCount: true, durationSeconds: true })
  .extend({ findingCount: z.int() })
  .meta({ id: 'RecordingFacts' });
export type RecordingFacts = z.infer<typeof recordingFactsSchema>;

export const recordingSchema = z
  .object({
    id: recordingIdSchema,
    status: recordingStatusSchema,
    uploadId: uploadIdSchema,
    fileName: z.string().nullable(),
    byteLength: z.int(),
    contentId: z.string(),
    job: jobSchema.nullable().meta({ description: 'The newest job of the default pipeline' }),
    facts: recordingFactsSchema.nullable().meta({ description: 'From its result; null until there is one' }),
    resultJobId: jobIdSchema.nullable().meta({ description: 'The job whose result is current' }),
    createdAt: instant,
    version: z.int(),
  })
  .meta({ id: 'Recording' });
export type Recording = z.infer<typeof recordingSchema>;

/** A URL for the original file; any single byte range of it may be asked for. */
export const downloadSchema = z
  .object({ url: z.string(), byteLength: z.int(), expiresAt: instant })
  .meta({ id: 'Download' });
export type Download = z.infer<typeof downloadSchema>;
