import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';

/** Seals small texts of a tenant: what is stored tells nothing, and opens for its tenant alone. */
export interface TenantSeal {
  seal(tenant: string, text: string): string;
  /** null when it was sealed for another tenant, with another key, or has been tampered with. */
  open(tenant: string, sealed: string): string | null;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Tenants whose keys are at hand. */
const MAX_KEYS = 1_000;

/**
 * AES-256-GCM under a key derived for each tenant and purpose (HKDF-SHA-256).
 *
 * @param masterKey 32 bytes
 * @param purpose what is sealed: one master key may serve several, and none opens what another has sealed
 */
export function createTenantSeal(masterKey: Uint8Array, purpose: string): TenantSeal {
  // To derive a key takes longer than to seal with it.
  const keys = new Map<string, KeyObject>();
  const keyFor = (tenant: string): KeyObject => {
    const known = keys.get(tenant);
    if (known) return known;
    const derived = hkdfSync('sha256', masterKey, '', `${purpose}/${tenant}`, 32);
    const key = createSecretKey(Buffer.from(derived));
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(tenant, key);
    return key;
  };
  return {
    seal(tenant, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyFor(tenant), nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(tenant, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv('aes-256-gcm', keyFor(tenant), bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        return (
          decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        return null;
      }
    },
  };
}

/** Of the secrets that webhooks are signed with: the gateway seals them, the dispatcher opens them. */
export const createWebhookSeal = (masterKey: Uint8Array): TenantSeal =>
  createTenantSeal(masterKey, 'webhook-secret');
