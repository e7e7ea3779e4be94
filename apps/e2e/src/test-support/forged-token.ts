import { generateKeyPairSync, sign } from 'node:crypto';
import { target } from '../config.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const parsed = (text: string | undefined) =>
  JSON.parse(Buffer.from(text ?? '', 'base64url').toString()) as Record<string, unknown>;

/** What a real token of the first organisation says. */
export function realToken(): {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signature: string;
} {
  const [header, claims, signature = ''] = target.token.split('.');
  return { header: parsed(header), claims: parsed(claims), signature };
}

/** The same claims under the same key id, signed by a key of our own. */
export function signedByForeignKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { header, claims } = realToken();
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}

/** The same claims, signed by nobody. */
export function unsigned(): string {
  return `${part({ ...realToken().header, alg: 'none' })}.${part(realToken().claims)}.`;
}

/** Other claims under the real signature. */
export function withClaims(changed: Record<string, unknown>): string {
  const { header, claims, signature } = realToken();
  return `${part(header)}.${part({ ...claims, ...changed })}.${signature}`;
}
