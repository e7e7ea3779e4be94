import { z } from 'zod';
import { jobIdSchema, tenantIdSchema } from './ids.ts';
import { jobSchema, jobStatusSchema } from './job.ts';
import { pageOf, pageQuerySchema } from './page.ts';

/** Why jobs ended without a result: a class of failure, or expired; `class/code` names one code of it. */
export const causeSchema = z
  .string()
  .regex(
    /^(crash|resource|infrastructure|transient|timeout|invalid_input|expired)(\/[\w.-]{1,100})?$/,
    'is not a cause (a class of failure or expired, and perhaps /code)',
  )
  .meta({ description: 'Class of failure (or expired), or class/code, for example crash/worker-silent' });

/** A job as operators see it: whose, and where it is. */
export const operationsJobSchema = jobSchema
  .extend({
    tenant: tenantIdSchema,
    pool: z.string(),
    dispatch: z.int(),
    lostDispatches: z.int(),
    executorRef: z.string().nullable(),
    byteLength: z.number(),
  })
  .meta({ id: 'OperationsJob' });
export type OperationsJob = z.infer<typeof operationsJobSchema>;

export const operationsJobPageSchema = pageOf(operationsJobSchema, 'OperationsJobPage');

/** Query of `GET /v1/operations/jobs`. */
export const operationsJobQuerySchema = pageQuerySchema.extend({
  status: jobStatusSchema
    .default('failed')
    .meta({ description: 'succeeded and canceled of one tenant only: there are as many as recordings' }),
  cause: causeSchema.optional().meta({ description: 'With status failed or expired' }),
  tenant: tenantIdSchema.optional(),
});

/** Runs many failed jobs again. */
export const redriveSchema = z
  .strictObject({
    cause: causeSchema,
    tenant: tenantIdSchema.optional(),
    limit: z.int().min(1).max(500).default(100),
    dryRun: z.boolean().default(true).meta({ description: 'Say what would be done, and do nothing' }),
  })
  .meta({ id: 'Redrive' });
export type Redrive = z.input<typeof redriveSchema>;

export const redrivenSchema = z
  .object({
    dryRun: z.boolean(),
    jobs: z.array(
      z.object({
        tenant: tenantIdSchema,
        jobId: jobIdSchema,
        outcome: z.enum(['would-retry', 'queued', 'not-ended', 'succeeded', 'recording-gone', 'not-found']),
      }),
    ),
    hasMore: z.boolean().meta({ description: 'Others have failed for the same cause: ask again' }),
  })
  .meta({ id: 'Redriven' });
export type Redriven = z.infer<typeof redrivenSchema>;

/** Holds ledger and object store against each other. */
export const reconcileSchema = z
  .strictObject({
    dryRun: z.boolean().default(true).meta({ description: 'Say what would be deleted, and delete nothing' }),
    minAgeHours: z
      .int()
      .min(1)
      .max(8_760)
      .default(48)
      .meta({ description: 'Younger objects are left alone: somebody may still be writing' }),
    cursor: z.string().max(1_024).optional(),
  })
  .meta({ id: 'Reconcile' });
export type Reconcile = z.input<typeof reconcileSchema>;

export const orphanSchema = z
  .object({
    prefix: z.string(),
    tenant: z.string(),
    reason: z.enum([
      'no-upload',
      'upload-ended',
      'recording-deleted',
      'no-job',
      'no-result',
      'old-epoch',
      'job-ended',
    ]),
    objectCount: z.int(),
    byteLength: z.number(),
    newestAt: z.iso.datetime(),
    isDeleted: z.boolean(),
  })
  .meta({ id: 'Orphan' });
export type Orphan = z.infer<typeof orphanSchema>;

export const reconciledSchema = z
  .object({
    dryRun: z.boolean(),
    sweep: z
      .object({
        counts: z.record(z.string(), z.int()).meta({ description: 'What the sweep has to do now' }),
        steps: z.array(
          z.object({
            action: z.string(),
            kind: z.enum(['upload', 'recording', 'job']),
            tenant: z.string(),
            id: z.string(),
            due: z.iso.datetime(),
          }),
        ),
        isComplete: z.boolean(),
      })
      .nullable()
      .meta({ description: 'On the first page; the dispatchers carry it out by themselves' }),
    orphans: z.array(orphanSchema),
    unknownKeys: z.array(z.string()).meta({ description: 'Of objects that we do not make; never deleted' }),
    lookedAt: z.int(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Reconciled' });
export type Reconciled = z.infer<typeof reconciledSchema>;
