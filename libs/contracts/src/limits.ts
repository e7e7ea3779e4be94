import { z } from 'zod';
import { budgetSchema } from './usage.ts';

export const quotaNameSchema = z.enum([
  'stored-bytes',
  'open-uploads',
  'uploads-per-day',
  'waiting-jobs',
  'running-jobs',
  'monthly-budget',
]);
export type QuotaName = z.infer<typeof quotaNameSchema>;

/** One bound of an organisation, and how near it is. */
export const quotaSchema = z
  .object({
    name: quotaNameSchema,
    limit: z.number().nullable().meta({ description: 'null: without bound' }),
    used: z.number().meta({ description: 'Now; counted up to the limit, at most some minutes old' }),
    againAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When a request that is refused now may come again, where time alone helps' }),
  })
  .meta({ id: 'Quota' });
export type Quota = z.infer<typeof quotaSchema>;

/** A bound of requests in a time, as `RateLimit-Policy` and `RateLimit` say it too. */
export const rateSchema = z
  .object({
    name: z.string(),
    limit: z.int().meta({ description: 'Units a window; a request takes 1 or more of them' }),
    windowSeconds: z.int(),
    remaining: z.int(),
    resetSeconds: z.int(),
  })
  .meta({ id: 'Rate' });

/** What this tenant may do. */
export const limitsSchema = z
  .object({
    maxFileBytes: z.number(),
    maxRunningJobs: z.int(),
    uploadLifetimeSeconds: z.int(),
    refuseFindings: z.array(z.string()).meta({ description: 'Finding names that this organisation refuses' }),
    quotas: z.array(quotaSchema),
    budget: budgetSchema,
    rates: z.array(rateSchema),
    requestCosts: z
      .record(z.string(), z.int())
      .meta({ description: 'Units that a request takes, by what it does' }),
  })
  .meta({ id: 'Limits' });
export type Limits = z.infer<typeof limitsSchema>;
