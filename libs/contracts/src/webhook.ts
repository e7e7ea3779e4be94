import { z } from 'zod';
import {
  jobIdSchema,
  recordingIdSchema,
  uploadIdSchema,
  webhookDeliveryIdSchema,
  webhookIdSchema,
} from './ids.ts';

const instant = z.iso.datetime();

/** What an endpoint can ask to be told of. */
export const webhookEventTypeSchema = z
  .enum([
    'upload.completed',
    'upload.rejected',
    'job.succeeded',
    'job.failed',
    'job.canceled',
    'job.expired',
    'recording.deleted',
  ])
  .meta({ id: 'WebhookEventType' });
export type WebhookEventType = z.infer<typeof webhookEventTypeSchema>;

const url = z.string().min(1).max(2_048).meta({
  description:
    'https, port 443 or 8443, a host of the public internet; checked now and again at every delivery',
});

export const createWebhookSchema = z
  .strictObject({
    url,
    events: z
      .array(webhookEventTypeSchema)
      .min(1)
      .transform((events) => [...new Set(events)].sort())
      .meta({ description: 'What to be told of' }),
  })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhook = z.infer<typeof createWebhookSchema>;

/** Why nothing is sent to an endpoint any more. */
export const webhookDisabledReasonSchema = z.enum(['gone', 'failing']).meta({
  description: 'gone: it answered 410 · failing: every try has failed for a day or longer',
});
export type WebhookDisabledReason = z.infer<typeof webhookDisabledReasonSchema>;

const webhookShape = {
  id: webhookIdSchema,
  url,
  events: z.array(webhookEventTypeSchema),
  state: z.enum(['active', 'disabled']),
  disabledReason: webhookDisabledReasonSchema.nullable(),
  failuresInARow: z.int(),
  previousSecretsUntil: instant.nullable().meta({
    description: 'Until then deliveries carry a signature by each secret before the present one, too',
  }),
  createdAt: instant,
  version: z.int(),
};

/** An endpoint of an organisation. */
export const webhookSchema = z.object(webhookShape).meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhookSchema>;

export const webhookListSchema = z.object({ data: z.array(webhookSchema) }).meta({ id: 'WebhookList' });
export type WebhookList = z.infer<typeof webhookListSchema>;

/** The answer to making an endpoint or a new secret: the one time that the secret is shown. */
export const webhookWithSecretSchema = z
  .object({
    ...webhookShape,
    secret: z.string().meta({ description: '`whsec_` and base64, of Standard Webhooks; not shown again' }),
  })
  .meta({ id: 'WebhookWithSecret' });
export type WebhookWithSecret = z.infer<typeof webhookWithSecretSchema>;

export const webhookDeliveryStatusSchema = z.enum(['pending', 'delivered', 'given_up']);
export type WebhookDeliveryStatus = z.infer<typeof webhookDeliveryStatusSchema>;

/** Why a try did not succeed, or why there are no more. */
export const webhookDeliveryErrorSchema = z
  .enum([
    'status',
    'timeout',
    'connection',
    'address-refused',
    'endpoint-disabled',
    'endpoint-deleted',
    'interrupted',
  ])
  .meta({
    description:
      'status: it answered other than 2xx · address-refused: its address is not one that may be spoken to · interrupted: our process ended before it knew',
  });
export type WebhookDeliveryError = z.infer<typeof webhookDeliveryErrorSchema>;

/** One event on its way to one endpoint. What the endpoint answers is never kept, but for its status. */
export const webhookDeliverySchema = z
  .object({
    id: webhookDeliveryIdSchema.meta({ description: 'The `webhook-id` of every try' }),
    webhookId: webhookIdSchema,
    type: z.union([webhookEventTypeSchema, z.literal('webhook.test')]),
    objectId: z.string(),
    status: webhookDeliveryStatusSchema,
    attempts: z.int(),
    lastStatus: z.int().nullable().meta({ description: 'HTTP status of the last try that was answered' }),
    lastError: webhookDeliveryErrorSchema.nullable(),
    nextAt: instant.nullable().meta({ description: 'When it is tried next' }),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;

/** What is posted to an endpoint. Ids only: who may know more asks the API. */
export const webhookEventSchema = z
  .object({
    type: z.union([webhookEventTypeSchema, z.literal('webhook.test')]),
    timestamp: instant.meta({ description: 'When it happened; `webhook-timestamp` says when it was sent' }),
    data: z.object({
      kind: z.enum(['upload', 'recording', 'job', 'webhook']),
      id: z.string(),
      version: z.int().meta({
        description: 'Of the object when it was told of; the API answers with this one or a later one',
      }),
      uploadId: uploadIdSchema.optional(),
      recordingId: recordingIdSchema.optional(),
      jobId: jobIdSchema.optional(),
    }),
  })
  .meta({ id: 'WebhookEvent' });
export type WebhookEvent = z.infer<typeof webhookEventSchema>;
