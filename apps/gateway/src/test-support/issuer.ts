import type { JSONWebKeySet, JWTPayload, JWTHeaderParameters } from 'jose';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

export const ISSUER = 'https://issuer.example/pool-1';
export const CLIENT_ID = 'web';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** Issues tokens in the shape of Cognito's access tokens, and whatever else a test wants. */
export interface TestIssuer {
  readonly jwks: JSONWebKeySet;
  readonly pair: KeyPair;
  readonly kid: string;
  /** A good access token; `claims` and `header` replace or (undefined) take away. */
  token(change?: {
    claims?: Record<string, unknown>;
    header?: Record<string, unknown>;
    key?: KeyPair['privateKey'];
  }): Promise<string>;
  tokenFor(tenant: string, claims?: Record<string, unknown>): Promise<string>;
}

export async function createTestIssuer(clock: () => Date, kid = 'key-1'): Promise<TestIssuer> {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const { kty, n, e } = await exportJWK(pair.publicKey);
  const token: TestIssuer['token'] = ({ claims, header, key = pair.privateKey } = {}) => {
    const now = Math.floor(clock().getTime() / 1000);
    const good = {
      iss: ISSUER,
      sub: 'user-1',
      client_id: CLIENT_ID,
      token_use: 'access',
      'cognito:groups': ['tenant:acme', 'role:owner'],
      iat: now,
      exp: now + 3600,
    };
    const payload = JSON.parse(JSON.stringify({ ...good, ...claims })) as JWTPayload;
    const protectedHeader = JSON.parse(
      JSON.stringify({ alg: 'RS256', kid, ...header }),
    ) as JWTHeaderParameters;
    return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key);
  };
  return {
    jwks: { keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] },
    pair,
    kid,
    token,
    tokenFor: (tenant, claims) => token({ claims: { 'cognito:groups': [`tenant:${tenant}`], ...claims } }),
  };
}

/** A token put together by hand, for what no library signs. */
export function rawToken(header: unknown, payload: unknown, signature = 'AAAA'): string {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encoded(header)}.${encoded(payload)}.${signature}`;
}
