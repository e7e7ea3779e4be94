import { z } from 'zod';
import { jobIdSchema, pipelineSchema, recordingIdSchema } from './ids.ts';

const instant = z.iso.datetime();

export const jobStatusSchema = z.enum([
  'queued',
  'running',
  'canceling',
  'canceled',
  'succeeded',
  'failed',
  'expired',
]);
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const jobPhaseSchema = z
  .enum(['backlog', 'dispatching', 'dispatched', 'running', 'retry_wait', 'canceling', 'done'])
  .meta({ description: 'Finer than status; may grow: do not switch on it' });
export type JobPhase = z.infer<typeof jobPhaseSchema>;

/** Whose fault, and what follows; see docs/architecture.md. */
export const failureClassSchema = z.enum([
  'invalid_input',
  'transient',
  'infrastructure',
  'resource',
  'crash',
  'timeout',
]);
export type FailureClass = z.infer<typeof failureClassSchema>;

export const jobErrorSchema = z
  .object({
    class: failureClassSchema,
    code: z.string().meta({ description: 'Stable: an EDF finding name, or a code of the pipeline' }),
    message: z.string().meta({ description: 'One sentence: what was wrong and what to do' }),
    offset: z.number().optional(),
    field: z.string().optional(),
    retryable: z.boolean(),
  })
  .meta({ id: 'JobError' });
export type JobError = z.infer<typeof jobErrorSchema>;

export const jobProgressSchema = z
  .object({
    stage: z.enum(['waiting', 'checking', 'analysing', 'writing']),
    doneBytes: z.number(),
    totalBytes: z.number(),
  })
  .meta({ id: 'JobProgress' });
export type JobProgress = z.infer<typeof jobProgressSchema>;

export const jobSchema = z
  .object({
    id: jobIdSchema,
    recordingId: recordingIdSchema,
    pipeline: pipelineSchema,
    status: jobStatusSchema,
    phase: jobPhaseSchema,
    progress: jobProgressSchema,
    attempts: z.int().meta({ description: 'Failed attempts that count against the budget' }),
    evictions: z.int().meta({ description: 'Interruptions by the infrastructure; not charged' }),
    crashes: z.int(),
    error: jobErrorSchema.nullable(),
    retryAt: instant.nullable(),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof jobSchema>;
