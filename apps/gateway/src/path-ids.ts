import type { Request } from 'express';
import {
  clientIdSchema,
  jobIdSchema,
  recordingIdSchema,
  tenantIdSchema,
  uploadIdSchema,
  webhookIdSchema,
} from '@edf-pipeline/contracts';
import { notFound } from './problem.ts';

/** An id that could not be one of ours is answered like one that does not exist. */
function idWith(schema: typeof uploadIdSchema, name = 'id') {
  return (request: Request): string => {
    const parsed = schema.safeParse(request.params[name]);
    if (!parsed.success) throw notFound();
    return parsed.data;
  };
}

export const uploadId = idWith(uploadIdSchema);
export const recordingId = idWith(recordingIdSchema);
export const jobId = idWith(jobIdSchema);
export const webhookId = idWith(webhookIdSchema);
export const tenantId = idWith(tenantIdSchema, 'tenant');
export const clientIdIn = idWith(clientIdSchema, 'clientId');

/** A job of any tenant, for operators. */
export const namedJob = (request: Request) => ({ tenant: tenantId(request), jobId: jobId(request) });
