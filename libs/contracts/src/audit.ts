import { z } from 'zod';
import { pageOf, pageQuerySchema } from './page.ts';

/** Who did what to what, when and from where. */
export const auditRecordSchema = z
  .object({
    at: z.iso.datetime(),
    subject: z.string().meta({ description: 'Who: the subject of the access token' }),
    action: z.string().meta({
      description:
        'What, for example recording.read; operator.* is what the operators of the service did. New ones are added',
    }),
    objectId: z.string().meta({
      description: 'To what; of a list the newest and the oldest that were shown, with .. between them',
    }),
    from: z.string().meta({ description: 'Address the request came from' }),
    tenant: z.string().optional().meta({ description: 'Whose; in the operators’ own list alone' }),
  })
  .meta({ id: 'AuditRecord' });
export type AuditRecord = z.infer<typeof auditRecordSchema>;

export const auditPageSchema = pageOf(auditRecordSchema, 'AuditPage');

/** Query of the audit lists. */
export const auditQuerySchema = pageQuerySchema.extend({
  since: z.iso.datetime().optional().meta({ description: 'Not before this; 30 days ago unless given' }),
  until: z.iso.datetime().optional().meta({ description: 'Before this; now unless given' }),
});
