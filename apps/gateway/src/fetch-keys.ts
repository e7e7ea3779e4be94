import type { JSONWebKeySet } from 'jose';

const MAX_BYTES = 256 * 1024;

/** Asks the issuer for its public keys. */
export function fetchKeysFrom(url: string): (signal: AbortSignal) => Promise<JSONWebKeySet> {
  return async (signal) => {
    const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`the issuer answered ${response.status} when asked for its keys`);
    const body = await response.text();
    if (body.length > MAX_BYTES) throw new Error('the issuer sent more than a set of keys');
    return JSON.parse(body) as JSONWebKeySet;
  };
}
