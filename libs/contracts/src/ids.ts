import { z } from 'zod';

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';

const idOf = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${ulid}$`), `is not ${what} id (${prefix}_ and 26 characters)`)
    .meta({ description: `${what} id: \`${prefix}_\` and a ULID; sorts by time of creation` });

export const uploadIdSchema = idOf('upl', 'an upload');
export const recordingIdSchema = idOf('rec', 'a recording');
export const jobIdSchema = idOf('job', 'a job');
export const webhookIdSchema = idOf('whk', 'a webhook');
export const webhookDeliveryIdSchema = idOf('whd', 'a webhook delivery');

/** Same ULID behind another prefix: an upload and the recording it becomes share it. */
export function recordingIdOf(uploadId: string): string {
  return `rec_${uploadId.slice(4)}`;
}

export const tenantIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, 'is not a tenant id (a-z, 0-9, -; 1 to 64)');

/** `name@version`, for example `default@1`. */
export const pipelineSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}@[1-9][0-9]{0,4}$/, 'is not a pipeline (name@version)')
  .meta({ description: 'Pipeline as name@version' });

/** The pipeline every completed upload is run through. */
export const DEFAULT_PIPELINE = 'default@1';
