import { z } from 'zod';
import { jobStatusSchema } from './job.ts';
import { pageQuerySchema } from './page.ts';

/** Query of `GET /v1/jobs`. */
export const jobQuerySchema = pageQuerySchema.extend({ status: jobStatusSchema.optional() });

/** Query of `GET /v1/uploads`. */
export const uploadQuerySchema = pageQuerySchema.extend({
  state: z
    .enum(['open', 'all'])
    .default('all')
    .meta({ description: 'open: uploads that still move (pending, uploading, verifying)' }),
});

/** Query of `GET /v1/events`. */
export const eventQuerySchema = z.strictObject({
  after: z.string().max(1_024).optional().meta({ description: 'Cursor; absent: from now on' }),
  waitSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(25)
    .default(0)
    .meta({ description: 'Long poll (JSON answers only)' }),
});
