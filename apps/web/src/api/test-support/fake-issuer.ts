import { createHash } from 'node:crypto';

const ISSUER = 'https://issuer.example/pool';

/** What the page is told of how people sign in. */
export const signInConfig = {
  kind: 'oidc',
  metadataUrl: `${ISSUER}/.well-known/openid-configuration`,
  issuer: ISSUER,
  clientId: 'page',
};

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An issuer behind `fetch`, as strict about what it is sent as the real one. */
export interface FakeIssuer {
  readonly fetch: typeof fetch;
  /** Metadata as it is answered. */
  metadata: Record<string, unknown>;
  /** A person signs in at this address: answers the query they come back with. */
  letIn(address: string, change?: { nonce?: string }): string;
  /** Refresh tokens that still hold. */
  readonly refreshTokens: Set<string>;
  /** Whether each renewal gives a new refresh token and ends the old one. */
  isRotating: boolean;
  /** What the token endpoint answers instead; 0: the network fails. */
  failWith: number | null;
  readonly asked: string[];
}

export function fakeIssuer(): FakeIssuer {
  const codes = new Map<string, { challenge: string; nonce: string; redirectUri: string }>();
  let count = 0;
  const issue = (nonce: string | null, refreshToken: string | null) => ({
    access_token: `access-${++count}`,
    token_type: 'Bearer',
    expires_in: 3600,
    ...(refreshToken !== null && { refresh_token: refreshToken }),
    ...(nonce !== null && { id_token: idToken(nonce) }),
  });
  const idToken = (nonce: string) => {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: ISSUER, aud: 'page', sub: 'user-1', nonce, iat: seconds, exp: seconds + 3600 };
    return `${encoded({ alg: 'RS256', kid: 'k' })}.${encoded(claims)}.${encoded('signature')}`;
  };
  const newRefreshToken = () => {
    const token = `refresh-${++count}`;
    issuer.refreshTokens.add(token);
    return token;
  };
  const refused = () => Response.json({ error: 'invalid_grant' }, { status: 400 });

  const token = (form: URLSearchParams): Response => {
    if (form.get('client_id') !== 'page') return refused();
    if (form.get('grant_type') === 'refresh_token') {
      const given = form.get('refresh_token') ?? '';
      if (!issuer.refreshTokens.has(given)) return refused();
      if (!issuer.isRotating) return Response.json(issue(null, null));
      issuer.refreshTokens.delete(given);
      return Response.json(issue(null, newRefreshToken()));
    }
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!code || code.challenge !== challenge || code.redirectUri !== form.get('redirect_uri'))
      return refused();
    return Response.json(issue(code.nonce, newRefreshToken()));
  };

  const issuer: FakeIssuer = {
    metadata: {
      issuer: ISSUER,
      authorization_endpoint: 'https://people.example/oauth2/authorize',
      token_endpoint: 'https://people.example/oauth2/token',
      revocation_endpoint: 'https://people.example/oauth2/revoke',
      end_session_endpoint: 'https://people.example/logout',
    },
    refreshTokens: new Set(),
    isRotating: false,
    failWith: null,
    asked: [],
    letIn(address, change = {}) {
      const { searchParams: asked } = new URL(address);
      const code = `code-${++count}`;
      codes.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        nonce: change.nonce ?? asked.get('nonce') ?? '',
        redirectUri: asked.get('redirect_uri') ?? '',
      });
      return `code=${code}&state=${asked.get('state')}`;
    },
    fetch: (async (input: string | URL, init?: RequestInit) => {
      const url = String(input);
      issuer.asked.push(url);
      if (url === '/app-config.json') return Response.json({ auth: signInConfig });
      if (url === signInConfig.metadataUrl) return Response.json(issuer.metadata);
      if (issuer.failWith === 0) throw new TypeError('fetch failed');
      if (issuer.failWith !== null) return new Response('', { status: issuer.failWith });
      if (url.endsWith('/revoke')) {
        issuer.refreshTokens.delete(new URLSearchParams(String(init?.body)).get('token') ?? '');
        return new Response('');
      }
      return token(new URLSearchParams(String(init?.body)));
    }) as typeof fetch,
  };
  return issuer;
}
