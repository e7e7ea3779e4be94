import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Seals a tenant's file names: they name patients often enough. */
export interface FileNameSeal {
  seal(tenant: string, fileName: string): string;
  /** null when it was sealed for another tenant, with another key, or has been tampered with. */
  open(tenant: string, sealed: string): string | null;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key derived for each tenant (HKDF-SHA-256).
 *
 * @param masterKey 32 bytes
 */
export function createFileNameSeal(masterKey: Uint8Array): FileNameSeal {
  const keyFor = (tenant: string) =>
    Buffer.from(hkdfSync('sha256', masterKey, '', `file-name/${tenant}`, 32));
  return {
    seal(tenant, fileName) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyFor(tenant), nonce);
      const sealed = Buffer.concat([cipher.update(fileName, 'utf8'), cipher.final()]);
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
