import { z } from 'zod';
import type { ZodOpenApiObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { webhookIdSchema } from './ids.ts';
import { operation } from './openapi-operation.ts';
import { pageOf, pageQuerySchema } from './page.ts';
import {
  createWebhookSchema,
  webhookDeliverySchema,
  webhookEventSchema,
  webhookListSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from './webhook.ts';

const path = z.object({ webhookId: webhookIdSchema });

/** Endpoints that are told of events; for owners of an organisation. What they are posted: docs/webhooks.md. */
export const webhookPaths: ZodOpenApiPathsObject = {
  '/v1/webhooks': {
    post: operation({
      id: 'createWebhook',
      summary: 'Have an endpoint told of events; the answer shows its secret, once',
      header: z.object({ 'idempotency-key': z.string().min(1).max(255) }),
      body: createWebhookSchema,
      answers: {
        201: { description: 'Made', schema: webhookWithSecretSchema },
        200: { description: 'A repeated request', schema: webhookWithSecretSchema },
      },
    }),
    get: operation({
      id: 'listWebhooks',
      summary: 'All endpoints of this organisation, oldest first',
      answers: { 200: { description: 'The endpoints', schema: webhookListSchema } },
    }),
  },
  '/v1/webhooks/{webhookId}': {
    get: operation({
      id: 'getWebhook',
      summary: 'One endpoint',
      path,
      answers: { 200: { description: 'The endpoint', schema: webhookSchema } },
    }),
    delete: operation({
      id: 'deleteWebhook',
      summary: 'Forget an endpoint; nothing more is sent to it',
      path,
      answers: { 204: { description: 'Forgotten' } },
    }),
  },
  '/v1/webhooks/{webhookId}/rotate-secret': {
    post: operation({
      id: 'rotateWebhookSecret',
      summary: 'A new secret, shown once; for 24 hours deliveries are signed with the one before, too',
      path,
      answers: { 200: { description: 'The endpoint and its secret', schema: webhookWithSecretSchema } },
    }),
  },
  '/v1/webhooks/{webhookId}/enable': {
    post: operation({
      id: 'enableWebhook',
      summary: 'Send to a disabled endpoint again, from now on',
      path,
      answers: { 200: { description: 'The endpoint', schema: webhookSchema } },
    }),
  },
  '/v1/webhooks/{webhookId}/deliveries': {
    get: operation({
      id: 'listWebhookDeliveries',
      summary: 'What was sent to an endpoint within 30 days, and what is on its way, newest first',
      path,
      query: pageQuerySchema,
      answers: {
        200: { description: 'A page', schema: pageOf(webhookDeliverySchema, 'WebhookDeliveryPage') },
      },
    }),
  },
  '/v1/webhooks/{webhookId}/test': {
    post: operation({
      id: 'testWebhook',
      summary: 'Send a webhook.test event to an endpoint',
      path,
      answers: { 202: { description: 'On its way', schema: webhookDeliverySchema } },
    }),
  },
};

/** What an endpoint receives. */
export const webhookRequests: NonNullable<ZodOpenApiObject['webhooks']> = {
  event: {
    post: {
      operationId: 'receiveEvent',
      summary: 'Something has happened; signed by Standard Webhooks, at least once, in no order',
      requestParams: {
        header: z.object({
          'webhook-id': z.string().meta({ description: 'The same with every try: forget what you know' }),
          'webhook-timestamp': z.string().meta({ description: 'Seconds since 1970, of this try' }),
          'webhook-signature': z.string().meta({
            description: '`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several, by spaces',
          }),
        }),
      },
      requestBody: { required: true, content: { 'application/json': { schema: webhookEventSchema } } },
      responses: {
        '2XX': { description: 'Taken' },
        '410': { description: 'Send nothing more: the endpoint is disabled' },
        default: { description: 'Anything else, or nothing within 10 s: tried again for about three days' },
      },
    },
  },
};
