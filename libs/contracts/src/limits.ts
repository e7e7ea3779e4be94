import { z } from 'zod';

/** What this tenant may do. */
export const limitsSchema = z
  .object({
    maxFileBytes: z.number(),
    maxRunningJobs: z.int(),
    uploadLifetimeSeconds: z.int(),
    refuseFindings: z.array(z.string()).meta({ description: 'Finding names that this organisation refuses' }),
  })
  .meta({ id: 'Limits' });
export type Limits = z.infer<typeof limitsSchema>;
