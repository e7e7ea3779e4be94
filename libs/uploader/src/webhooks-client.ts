import type {
  CreateWebhook,
  Page,
  Webhook,
  WebhookDelivery,
  WebhookList,
  WebhookWithSecret,
} from '@edf-pipeline/contracts';
import type { ApiTransport, CallOptions } from './api-transport.ts';

/** Endpoints that are told of events. Needs the role owner. */
export interface WebhooksClient {
  create(body: CreateWebhook, idempotencyKey: string, options?: CallOptions): Promise<WebhookWithSecret>;
  list(options?: CallOptions): Promise<readonly Webhook[]>;
  remove(webhookId: string, options?: CallOptions): Promise<void>;
  /** A new secret with every call that arrives: one whose answer is lost is repeated, and the last one counts. */
  rotateSecret(webhookId: string, options?: CallOptions): Promise<WebhookWithSecret>;
  enable(webhookId: string, options?: CallOptions): Promise<Webhook>;
  test(webhookId: string, options?: CallOptions): Promise<WebhookDelivery>;
  listDeliveries(
    webhookId: string,
    query?: { limit?: number; cursor?: string },
    options?: CallOptions,
  ): Promise<Page<WebhookDelivery>>;
}

export function createWebhooksClient(call: ApiTransport['call']): WebhooksClient {
  const path = (id: string, rest = '') => `/v1/webhooks/${encodeURIComponent(id)}${rest}`;
  return {
    create: (body, idempotencyKey, options) =>
      call('POST', '/v1/webhooks', { ...options, body, headers: { 'idempotency-key': idempotencyKey } }),
    list: async (options) => (await call<WebhookList>('GET', '/v1/webhooks', options)).data,
    remove: (id, options) => call('DELETE', path(id), options),
    rotateSecret: (id, options) => call('POST', path(id, '/rotate-secret'), options),
    enable: (id, options) => call('POST', path(id, '/enable'), options),
    test: (id, options) => call('POST', path(id, '/test'), options),
    listDeliveries: (id, query = {}, options) => call('GET', path(id, '/deliveries'), { ...options, query }),
  };
}
