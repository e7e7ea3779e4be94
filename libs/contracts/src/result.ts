import { z } from 'zod';
import { jobIdSchema, pipelineSchema, recordingIdSchema } from './ids.ts';
import { findingSchema } from './problem.ts';

/** Name, size and checksum of one file of a result. */
export const resultFileSchema = z
  .object({
    name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
    schemaVersion: z.int(),
    contentType: z.string(),
    byteLength: z.int(),
    sha256: z.string().meta({ description: 'hexadecimal' }),
  })
  .meta({ id: 'ResultFile' });
export type ResultFile = z.infer<typeof resultFileSchema>;

/** What a result holds; determined by the recording's bytes, the pipeline and its parameters alone. */
export const manifestSchema = z
  .object({
    schemaVersion: z.literal(1),
    pipeline: pipelineSchema,
    parametersHash: z.string(),
    codeVersion: z.string(),
    source: z.object({ byteLength: z.int(), contentId: z.string() }),
    files: z.array(resultFileSchema),
  })
  .meta({ id: 'Manifest' });
export type Manifest = z.infer<typeof manifestSchema>;

export const resultSchema = z
  .object({
    jobId: jobIdSchema,
    recordingId: recordingIdSchema,
    manifest: manifestSchema,
    files: z.array(resultFileSchema.extend({ url: z.string() })),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Result' });
export type Result = z.infer<typeof resultSchema>;

const nanoseconds = z
  .string()
  .regex(/^-?\d+$/)
  .meta({ description: 'int64 nanoseconds as decimal text' });

/** `report.json` of a result. Holds identifying text (header): for the owner's eyes. */
export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  header: z.object({
    variant: z.enum(['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D']),
    localPatientIdentification: z.string(),
    localRecordingIdentification: z.string(),
    startDateTime: z
      .string()
      .nullable()
      .meta({ description: 'Local date and time at the patient, without a zone' }),
    headerByteLength: z.int(),
    declaredDataRecordCount: z.number().nullable(),
    dataRecordCount: z.int().meta({ description: 'Complete data records in the file' }),
    dataRecordByteLength: z.int(),
    dataRecordDurationSeconds: z.number(),
    dataRecordDurationNs: nanoseconds,
  }),
  signals: z.array(
    z.object({
      index: z.int(),
      label: z.string(),
      transducerType: z.string(),
      physicalDimension: z.string(),
      physicalMin: z.number().nullable(),
      physicalMax: z.number().nullable(),
      digitalMin: z.number().nullable(),
      digitalMax: z.number().nullable(),
      prefiltering: z.string(),
      samplesPerDataRecord: z.int(),
      sampleRateHz: z.number(),
      isAnnotations: z.boolean(),
      isCalibrated: z.boolean(),
      byteOffsetInDataRecord: z.int(),
    }),
  ),
  statistics: z.array(
    z.object({
      signal: z.int(),
      sampleCount: z.number(),
      digitalMin: z.number().nullable(),
      digitalMax: z.number().nullable(),
      physicalMin: z.number().nullable(),
      physicalMax: z.number().nullable(),
      mean: z.number().nullable(),
      standardDeviation: z.number().nullable(),
      rootMeanSquare: z.number().nullable(),
      clippedCount: z.number(),
      outOfRangeCount: z.number(),
      flatCount: z.number(),
      longestFlatSeconds: z.number(),
    }),
  ),
  runs: z.array(z.object({ firstRecord: z.int(), recordCount: z.int(), startNs: nanoseconds })),
  annotationCount: z.int(),
  durationSeconds: z.number().meta({ description: 'From the first to the last sample, gaps included' }),
  findings: z.array(findingSchema),
});
export type Report = z.infer<typeof reportSchema>;
