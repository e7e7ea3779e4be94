import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { JSONWebKeySet, JWK } from 'jose';
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import { writePrivately } from './data-folder.ts';

export const LOCAL_ISSUER = 'https://standalone.edf-pipeline.invalid';
export const LOCAL_CLIENT_ID = 'standalone';
export const LOCAL_TENANT = 'local';

const TOKEN_SECONDS = 3600;

export interface LocalToken {
  readonly accessToken: string;
  readonly expiresAt: string;
}

/** Issues access tokens for this machine's own user, in the shape of Cognito's, so that one code verifies both. */
export interface LocalIssuer {
  readonly jwks: JSONWebKeySet;
  issue(tenant: string): Promise<LocalToken>;
}

/** @param keyFile holds the private key; made (mode 0600) when it is not there */
export async function openLocalIssuer(keyFile: string, clock: () => Date): Promise<LocalIssuer> {
  if (!existsSync(keyFile)) await makeKey(keyFile);
  const jwk = JSON.parse(readFileSync(keyFile, 'utf8')) as JWK & { kid: string };
  const key = await importJWK(jwk, 'RS256');
  const { kty, n, e, kid } = jwk;
  return {
    jwks: { keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] },
    async issue(tenant) {
      const issuedAt = Math.floor(clock().getTime() / 1000);
      const expiresAt = issuedAt + TOKEN_SECONDS;
      const claims = {
        // Whose machine it is both uses and runs the service.
        'cognito:groups': [`tenant:${tenant}`, 'role:owner', 'role:operator'],
        client_id: LOCAL_CLIENT_ID,
        token_use: 'access',
        scope: 'aws.cognito.signin.user.admin',
        auth_time: issuedAt,
        username: tenant,
        origin_jti: randomUUID(),
        event_id: randomUUID(),
      };
      const accessToken = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(LOCAL_ISSUER)
        .setSubject(`${tenant}-user`)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(randomUUID())
        .sign(key);
      return { accessToken, expiresAt: new Date(expiresAt * 1000).toISOString() };
    },
  };
}

async function makeKey(keyFile: string): Promise<void> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  writePrivately(keyFile, JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk) }));
}
