import { z } from 'zod';
import { failureClassSchema, jobPhaseSchema, jobStatusSchema } from './job.ts';
import { jobIdSchema } from './ids.ts';

const instant = z.iso.datetime();

/** Why a job is where it is; a client may show `sentence` and switch on `reason`. */
export const waitReasonSchema = z
  .enum([
    'paused',
    'tenant-limit',
    'earlier-jobs',
    'pool',
    'handing-out',
    'worker',
    'back-off',
    'running',
    'canceling',
    'ended',
  ])
  .meta({
    description:
      'paused: an operator has paused the organisation · tenant-limit: as many run as may · earlier-jobs: others of the organisation come first · pool: first in line, no place yet · handing-out, worker: handed to a worker pool that has not begun · back-off: failed, tried again later',
  });
export type WaitReason = z.infer<typeof waitReasonSchema>;

/** "Why is my job waiting", with the numbers and times behind the answer. */
export const jobExplanationSchema = z
  .object({
    jobId: jobIdSchema,
    status: jobStatusSchema,
    phase: jobPhaseSchema,
    reason: waitReasonSchema,
    sentence: z.string(),
    since: instant.meta({ description: 'When the job came into this phase' }),
    position: z.int().nullable().meta({
      description:
        'Place among the organisation’s own waiting jobs, from 1; null when it waits for something else',
    }),
    isPositionExact: z.boolean().meta({ description: 'false: at least so far behind' }),
    running: z.int().nullable().meta({ description: 'The organisation’s jobs in hand in this pool' }),
    runningLimit: z.int(),
    pool: z.string(),
    nextAt: instant
      .nullable()
      .meta({ description: 'When the service looks at it again by itself, whatever else happens' }),
    retryAt: instant.nullable(),
    expiresAt: instant.nullable().meta({ description: 'A job that still waits then ends as expired' }),
    checkedAt: instant,
  })
  .meta({ id: 'JobExplanation' });
export type JobExplanation = z.infer<typeof jobExplanationSchema>;

/** One thing that happened to a job. */
export const timelineEntrySchema = z
  .object({
    at: instant,
    what: z.string(),
    dispatch: z.int().optional().meta({ description: 'Number of the admission' }),
    epoch: z.int().optional().meta({ description: 'Number of the lease' }),
    owner: z.string().optional().meta({ description: 'Worker' }),
    class: failureClassSchema.optional(),
    code: z.string().optional(),
  })
  .meta({ id: 'TimelineEntry' });

export const jobTimelineSchema = z
  .object({
    jobId: jobIdSchema,
    entries: z.array(timelineEntrySchema).meta({
      description: 'Oldest first. Of a job with very many the first and the last are kept',
    }),
    isWhole: z.boolean().meta({ description: 'false: entries between the first and the last were dropped' }),
  })
  .meta({ id: 'JobTimeline' });
export type JobTimeline = z.infer<typeof jobTimelineSchema>;
