import type { KeyObject } from 'node:crypto';
import { createHmac, createPublicKey } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { createTokenVerifier } from './access-token.ts';
import { createKeySet } from './key-set.ts';
import { HttpProblem } from './problem.ts';
import type { TestIssuer } from './test-support/issuer.ts';
import { CLIENT_ID, ISSUER, createTestIssuer, rawToken } from './test-support/issuer.ts';
import { createSettableClock } from './test-support/settable-clock.ts';

const clock = createSettableClock();
const now = () => Math.floor(clock.now().getTime() / 1000);

let issuer: TestIssuer;
let foreign: TestIssuer;
let verify: ReturnType<typeof createTokenVerifier>;

beforeAll(async () => {
  issuer = await createTestIssuer(clock.now);
  foreign = await createTestIssuer(clock.now);
  const keys = createKeySet({ fetchKeys: async () => issuer.jwks, clock: clock.now });
  verify = createTokenVerifier({ issuer: ISSUER, clientIds: [CLIENT_ID, 'cli'], keys, clock: clock.now });
});

async function outcomeOf(authorization: string | undefined): Promise<string> {
  try {
    await verify(authorization);
    return 'accepted';
  } catch (error) {
    return error instanceof HttpProblem ? error.code : `threw ${String(error)}`;
  }
}

/** The payload of a good token, for tokens put together by hand. */
const goodPayload = async () =>
  JSON.parse(Buffer.from((await issuer.token()).split('.')[1] ?? '', 'base64url').toString());

async function hs256ByPublicKey(format: 'pem' | 'jwk'): Promise<string> {
  const publicKey: KeyObject = createPublicKey({
    key: await exportJWK(issuer.pair.publicKey),
    format: 'jwk',
  });
  const secret =
    format === 'pem'
      ? String(publicKey.export({ type: 'spki', format: 'pem' }))
      : JSON.stringify(issuer.jwks.keys[0]);
  const [signed] =
    rawToken({ alg: 'HS256', kid: issuer.kid }, await goodPayload()).match(/^[^.]+\.[^.]+/) ?? [];
  return `${signed}.${createHmac('sha256', secret).update(String(signed)).digest('base64url')}`;
}

async function byEmbeddedKey(header: 'jwk' | 'jku' | 'x5u'): Promise<string> {
  const { kty, n, e } = await exportJWK(foreign.pair.publicKey);
  const value = header === 'jwk' ? { kty, n, e } : 'https://attacker.example/jwks.json';
  return foreign.token({ header: { [header]: value } });
}

/** Every case: the token, and what it is answered. All but what is named is a good token's. */
const cases: [string, () => Promise<string> | string, string][] = [
  [
    'without a signature (alg none)',
    async () => rawToken({ alg: 'none', kid: issuer.kid }, await goodPayload(), ''),
    'unauthenticated',
  ],
  [
    'of alg None, with a signature',
    async () => rawToken({ alg: 'None', kid: issuer.kid }, await goodPayload()),
    'unauthenticated',
  ],
  ['signed with our public key as a secret (HS256, PEM)', () => hs256ByPublicKey('pem'), 'unauthenticated'],
  ['signed with our public key as a secret (HS256, JWK)', () => hs256ByPublicKey('jwk'), 'unauthenticated'],
  [
    'of another RSA algorithm by the right key (PS256)',
    async () => {
      const key = await crypto.subtle.importKey(
        'pkcs8',
        await crypto.subtle.exportKey('pkcs8', issuer.pair.privateKey),
        { name: 'RSA-PSS', hash: 'SHA-256' },
        false,
        ['sign'],
      );
      return new SignJWT(await goodPayload()).setProtectedHeader({ alg: 'PS256', kid: issuer.kid }).sign(key);
    },
    'unauthenticated',
  ],
  [
    'of an elliptic key (ES256)',
    async () => {
      const { privateKey } = await generateKeyPair('ES256');
      return new SignJWT(await goodPayload())
        .setProtectedHeader({ alg: 'ES256', kid: issuer.kid })
        .sign(privateKey);
    },
    'unauthenticated',
  ],
  ['by a foreign key under our key id', () => foreign.token(), 'unauthenticated'],
  ['by a foreign key that it brings along (jwk)', () => byEmbeddedKey('jwk'), 'unauthenticated'],
  ['by a foreign key that it points at (jku)', () => byEmbeddedKey('jku'), 'unauthenticated'],
  ['by a foreign key that it points at (x5u)', () => byEmbeddedKey('x5u'), 'unauthenticated'],
  ['with an unknown critical header', () => rawTokenLike({ crit: ['b64x'], b64x: true }), 'unauthenticated'],
  ['with an unknown key id', () => issuer.token({ header: { kid: 'key-2' } }), 'unauthenticated'],
  [
    'with a path for a key id',
    () => issuer.token({ header: { kid: '../../../dev/null' } }),
    'unauthenticated',
  ],
  [
    'without a key id, though there is one key only',
    () => issuer.token({ header: { kid: undefined } }),
    'unauthenticated',
  ],
  ['with an empty key id', () => issuer.token({ header: { kid: '' } }), 'unauthenticated'],
  [
    'of another issuer',
    () => issuer.token({ claims: { iss: 'https://issuer.example/pool-2' } }),
    'unauthenticated',
  ],
  ['of our issuer and a slash', () => issuer.token({ claims: { iss: `${ISSUER}/` } }), 'unauthenticated'],
  ['of several issuers', () => issuer.token({ claims: { iss: [ISSUER] } }), 'unauthenticated'],
  ['without issuer', () => issuer.token({ claims: { iss: undefined } }), 'unauthenticated'],
  ['that has expired', () => issuer.token({ claims: { exp: now() - 31 } }), 'unauthenticated'],
  ['that has expired within the tolerance', () => issuer.token({ claims: { exp: now() - 29 } }), 'accepted'],
  ['without expiry', () => issuer.token({ claims: { exp: undefined } }), 'unauthenticated'],
  ['that expires as a text', () => issuer.token({ claims: { exp: String(now() + 60) } }), 'unauthenticated'],
  ['that practically never expires', () => rawTokenLike({}, { exp: 1e20 }), 'unauthenticated'],
  [
    'that lives longer than a day',
    () => issuer.token({ claims: { exp: now() + 86_401 } }),
    'unauthenticated',
  ],
  ['that lives a day', () => issuer.token({ claims: { exp: now() + 86_400 } }), 'accepted'],
  [
    'that is older than a day',
    () => issuer.token({ claims: { iat: now() - 86_431, exp: now() - 20 } }),
    'unauthenticated',
  ],
  ['of tomorrow (nbf)', () => issuer.token({ claims: { nbf: now() + 86_400 } }), 'unauthenticated'],
  ['that was issued in the future', () => issuer.token({ claims: { iat: now() + 31 } }), 'unauthenticated'],
  [
    'that was issued by a clock a little ahead',
    () => issuer.token({ claims: { iat: now() + 29 } }),
    'accepted',
  ],
  ['without time of issue', () => issuer.token({ claims: { iat: undefined } }), 'unauthenticated'],
  ['without subject', () => issuer.token({ claims: { sub: undefined } }), 'unauthenticated'],
  ['with an empty subject', () => issuer.token({ claims: { sub: '' } }), 'unauthenticated'],
  ['with a number for a subject', () => issuer.token({ claims: { sub: 7 } }), 'unauthenticated'],
  [
    'that is an id token',
    () => issuer.token({ claims: { token_use: 'id', aud: CLIENT_ID } }),
    'unauthenticated',
  ],
  ['without use', () => issuer.token({ claims: { token_use: undefined } }), 'unauthenticated'],
  ['of another app client', () => issuer.token({ claims: { client_id: 'somebody' } }), 'unauthenticated'],
  ['of our other app client', () => issuer.token({ claims: { client_id: 'cli' } }), 'accepted'],
  ['of several app clients', () => issuer.token({ claims: { client_id: [CLIENT_ID] } }), 'unauthenticated'],
  ['without app client', () => issuer.token({ claims: { client_id: undefined } }), 'unauthenticated'],
  ['with an audience', () => issuer.token({ claims: { aud: 'anything' } }), 'accepted'],
  ['without groups', () => issuer.token({ claims: { 'cognito:groups': undefined } }), 'forbidden'],
  [
    'with a role and no tenant',
    () => issuer.token({ claims: { 'cognito:groups': ['role:owner'] } }),
    'forbidden',
  ],
  [
    'of two tenants',
    () => issuer.token({ claims: { 'cognito:groups': ['tenant:acme', 'tenant:other'] } }),
    'forbidden',
  ],
  [
    'of a tenant and a malformed one',
    () => issuer.token({ claims: { 'cognito:groups': ['tenant:acme', 'tenant:A/B'] } }),
    'forbidden',
  ],
  [
    'of a malformed tenant',
    () => issuer.token({ claims: { 'cognito:groups': ['tenant:a/../b'] } }),
    'forbidden',
  ],
  [
    'of a tenant in capitals',
    () => issuer.token({ claims: { 'cognito:groups': ['tenant:ACME'] } }),
    'forbidden',
  ],
  [
    'of a tenant with a line break behind it',
    () => issuer.token({ claims: { 'cognito:groups': ['tenant:acme\n'] } }),
    'forbidden',
  ],
  [
    'of a tenant in a list of its own',
    () => issuer.token({ claims: { 'cognito:groups': [['tenant:acme']] } }),
    'forbidden',
  ],
  [
    'whose groups are a text',
    () => issuer.token({ claims: { 'cognito:groups': 'tenant:acme' } }),
    'forbidden',
  ],
  [
    'of the longest tenant',
    () => issuer.token({ claims: { 'cognito:groups': [`tenant:${'a'.repeat(64)}`] } }),
    'accepted',
  ],
  [
    'of a tenant that is too long',
    () => issuer.token({ claims: { 'cognito:groups': [`tenant:${'a'.repeat(65)}`] } }),
    'forbidden',
  ],
  [
    'of more than 8,192 characters',
    () => issuer.token({ claims: { padding: 'x'.repeat(7_000) } }),
    'unauthenticated',
  ],
  [
    'that is long, and not too long',
    () => issuer.token({ claims: { padding: 'x'.repeat(5_000) } }),
    'accepted',
  ],
  ['whose payload is no object', () => rawToken({ alg: 'RS256', kid: issuer.kid }, ['x']), 'unauthenticated'],
  ['of five parts (encrypted)', () => 'eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d', 'unauthenticated'],
  ['of two parts', async () => (await issuer.token()).split('.').slice(0, 2).join('.'), 'unauthenticated'],
];

/** Signed by the right key, with header or claims that the library does not write. */
async function rawTokenLike(
  header: Record<string, unknown>,
  claims: Record<string, unknown> = {},
): Promise<string> {
  const text = rawToken(
    { alg: 'RS256', kid: issuer.kid, ...header },
    { ...(await goodPayload()), ...claims },
    '',
  );
  const signed = text.slice(0, -1);
  const signature = await crypto.subtle.sign(
    'RSASSA-PKCS1-v1_5',
    issuer.pair.privateKey,
    Buffer.from(signed),
  );
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

describe('an access token', () => {
  it('as the issuer makes it tells who asks', async () => {
    expect(await verify(`Bearer ${await issuer.token()}`)).toEqual({
      tenant: 'acme',
      subject: 'user-1',
      clientId: CLIENT_ID,
      roles: ['owner'],
      expiresAt: new Date((now() + 3600) * 1000),
    });
  });

  it.each(cases)(
    '%s is answered as it must be, and a good one right after it is accepted',
    async (_what, make, expected) => {
      expect(await outcomeOf(`Bearer ${await make()}`)).toBe(expected);
      expect(await outcomeOf(`Bearer ${await issuer.token()}`)).toBe('accepted');
    },
  );

  it('put together by hand as the library does it is accepted: the cases above fail for their own reason', async () => {
    expect(await outcomeOf(`Bearer ${await rawTokenLike({})}`)).toBe('accepted');
  });

  it('with one bit changed, wherever it is, is refused', async () => {
    const token = await issuer.token();
    const parts = token.split('.').map((part) => Buffer.from(part, 'base64url'));
    for (const [index, bytes] of parts.entries()) {
      for (let bit = 0; bit < bytes.length * 8; bit += 61) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const text = parts.map((part, at) => (at === index ? changed : part).toString('base64url')).join('.');
        expect([index, bit, await outcomeOf(`Bearer ${text}`)]).toEqual([index, bit, 'unauthenticated']);
      }
    }
    expect(await outcomeOf(`Bearer ${token}`)).toBe('accepted');
  });
});

describe('a token of a machine client', () => {
  const machine = {
    sub: 'machine-1',
    client_id: 'machine-1',
    scope: 'edf/upload',
    'cognito:groups': undefined,
  };
  const acting = { tenant: 'acme', roles: ['member'] };
  const verifierFor = (machineClient: (clientId: string) => Promise<typeof acting | null>) =>
    createTokenVerifier({
      issuer: ISSUER,
      clientIds: [CLIENT_ID],
      keys: createKeySet({ fetchKeys: async () => issuer.jwks, clock: clock.now }),
      clock: clock.now,
      machineClient,
    });
  const outcome = async (claims: Record<string, unknown>, known: readonly string[], by = issuer) => {
    const verifying = verifierFor(async (clientId) => (known.includes(clientId) ? acting : null));
    try {
      return await verifying(`Bearer ${await by.token({ claims: { ...machine, ...claims } })}`);
    } catch (error) {
      return error instanceof HttpProblem ? error.code : `threw ${String(error)}`;
    }
  };

  it('acts for the tenant that an operator has let it act for', async () => {
    expect(await outcome({}, ['machine-1'])).toEqual({
      tenant: 'acme',
      subject: 'machine-1',
      clientId: 'machine-1',
      roles: ['member'],
      expiresAt: new Date((now() + 3600) * 1000),
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['that nobody has let act', { sub: 'machine-2', client_id: 'machine-2' }],
    ['in the name of a user', { sub: 'user-1' }],
    ['with a user name', { username: 'user-1' }],
    ['that brings groups along', { 'cognito:groups': ['tenant:other'] }],
    ['that brings an empty list of groups along', { 'cognito:groups': [] }],
    ['that is an id token', { token_use: 'id' }],
    ['without use', { token_use: undefined }],
    ['of another issuer', { iss: 'https://issuer.example/pool-2' }],
    ['that has expired', { exp: 1_000 }],
    ['of several clients', { client_id: ['machine-1'] }],
    ['of an empty client', { sub: '', client_id: '' }],
  ])('%s is refused', async (_what, claims) => {
    expect(await outcome(claims, ['machine-1', ''])).toBe('unauthenticated');
  });

  it('of a foreign pool is refused before anybody is asked about it', async () => {
    const asked: string[] = [];
    const verifying = verifierFor(async (clientId) => (asked.push(clientId), acting));
    const token = await foreign.token({ claims: machine });

    await expect(verifying(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(asked).toEqual([]);
  });

  it('does not let people in who sign in with such a client and belong to no organisation', async () => {
    const person = { sub: CLIENT_ID, client_id: CLIENT_ID, 'cognito:groups': undefined };

    expect(await outcome(person, [CLIENT_ID])).toBe('forbidden');
  });

  it('is refused where machine clients are not known of', async () => {
    expect(await outcomeOf(`Bearer ${await issuer.token({ claims: machine })}`)).toBe('unauthenticated');
  });
});

describe('an issuer whose keys name no algorithm', () => {
  it('has tokens of another algorithm than RS256 refused all the same', async () => {
    const bare: JSONWebKeySet = { keys: issuer.jwks.keys.map(({ kty, n, e, kid }) => ({ kty, n, e, kid })) };
    const keys = createKeySet({ fetchKeys: async () => bare, clock: clock.now });
    const verifyBare = createTokenVerifier({
      issuer: ISSUER,
      clientIds: [CLIENT_ID],
      keys,
      clock: clock.now,
    });
    const pkcs8 = await crypto.subtle.exportKey('pkcs8', issuer.pair.privateKey);
    for (const [alg, name, hash] of [
      ['PS256', 'RSA-PSS', 'SHA-256'],
      ['RS512', 'RSASSA-PKCS1-v1_5', 'SHA-512'],
    ] as const) {
      const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name, hash }, false, ['sign']);
      const token = await new SignJWT(await goodPayload())
        .setProtectedHeader({ alg, kid: issuer.kid })
        .sign(key);
      await expect(verifyBare(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    await expect(verifyBare(`Bearer ${await issuer.token()}`)).resolves.toMatchObject({ tenant: 'acme' });
  });
});
