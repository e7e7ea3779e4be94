import { randomBytes } from 'node:crypto';
import type { OutboundGuard, TenantSeal } from '@edf-pipeline/service';
import { createOutboundGuard, createWebhookSeal } from '@edf-pipeline/service';

/** What endpoints of tenants are made with. */
export interface Webhooks {
  /** Of the secrets; the dispatcher opens them with the same key. */
  readonly seal: TenantSeal;
  readonly guard: OutboundGuard;
  /** As Standard Webhooks writes it: `whsec_` and base64. */
  readonly newSecret: () => string;
}

const SECRET_BYTES = 32;

/**
 * @param key 32 bytes
 * @param trustedOrigins see `createOutboundGuard`
 */
export function createWebhooks(key: Uint8Array, trustedOrigins: readonly string[]): Webhooks {
  return {
    seal: createWebhookSeal(key),
    guard: createOutboundGuard({ trustedOrigins }),
    newSecret: () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
  };
}
