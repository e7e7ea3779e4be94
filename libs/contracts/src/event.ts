import { z } from 'zod';
import { jobSchema } from './job.ts';
import { recordingSchema } from './recording.ts';
import { uploadSchema } from './upload.ts';

/**
 * The present state of an object that has changed. An object may be told more than once and its
 * intermediate states skipped: keep the one with the highest `object.version`.
 */
export const changeSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('upload'), object: uploadSchema }),
    z.object({ type: z.literal('recording'), object: recordingSchema }),
    z.object({ type: z.literal('job'), object: jobSchema }),
  ])
  .meta({ id: 'Change' });
export type Change = z.infer<typeof changeSchema>;

/** A page of changes for clients that poll; `cursor` goes back as `after`. */
export const changePageSchema = z
  .object({ data: z.array(changeSchema), cursor: z.string(), hasMore: z.boolean() })
  .meta({ id: 'ChangePage' });
export type ChangePage = z.infer<typeof changePageSchema>;

/** Where processes of a cluster tell each other that something has changed, and of which tenant. A hint, no truth. */
export const changeChannel = 'edf:changes';
