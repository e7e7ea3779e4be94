import * as oauth from 'oauth4webapi';

/** As the server's app-config.json has it. */
export interface OidcConfig {
  readonly metadataUrl: string;
  readonly issuer: string;
  readonly clientId: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  /** null where the old one goes on: Cognito gives a new one only where tokens rotate. */
  readonly refreshToken: string | null;
}

/** A try to sign in: what the answer must fit. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** The person was not let in, or the sign-in has ended. */
export class NotLetIn extends Error {
  override readonly name = 'NotLetIn';
}

/** Authorization code with PKCE, as a public client. Rejects with TypeError when the issuer cannot be reached. */
export interface Oidc {
  /** A try, and the address that the browser is sent to. */
  begin(): Promise<{ readonly attempt: Attempt; readonly address: string }>;
  /** @throws NotLetIn */
  finish(answer: URLSearchParams, attempt: Attempt): Promise<Tokens>;
  /** @throws NotLetIn when the sign-in has ended */
  renew(refreshToken: string): Promise<Tokens>;
  revoke(refreshToken: string): Promise<void>;
  /** Where the issuer's own session ends; it comes back to the page. */
  signOutAddress(): Promise<string | null>;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** @param redirectUri registered with the app client, letter by letter */
export function createOidc(config: OidcConfig, redirectUri: string, fetchImplementation: typeof fetch): Oidc {
  const client: oauth.Client = { client_id: config.clientId };
  const options = {
    [oauth.customFetch]: (url: string, init: unknown) => fetchImplementation(url, init as RequestInit),
    [oauth.allowInsecureRequests]: LOOPBACK.includes(new URL(config.metadataUrl).hostname),
  };
  let known: Promise<oauth.AuthorizationServer> | null = null;

  const discover = async () => {
    const response = await fetchImplementation(config.metadataUrl, {
      headers: { accept: 'application/json' },
    });
    // A TypeError is what fetch throws for a network that fails: callers repeat it.
    if (!response.ok) throw new TypeError(`the issuer answered ${response.status}`);
    // The address alone proves nothing: what it says has to be of the issuer whose tokens the API takes.
    return oauth.processDiscoveryResponse(new URL(config.issuer), response);
  };
  const server = () => {
    known ??= discover().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };

  return {
    async begin() {
      const { authorization_endpoint: endpoint } = await server();
      if (!endpoint) throw new NotLetIn('The issuer has no page to sign in at.');
      const attempt = {
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        codeVerifier: oauth.generateRandomCodeVerifier(),
      };
      const address = new URL(endpoint);
      for (const [name, value] of Object.entries({
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope: 'openid',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
      }))
        address.searchParams.set(name, value);
      return { attempt, address: address.href };
    },
    finish: (answer, attempt) =>
      letIn(async () => {
        const issuer = await server();
        const parameters = oauth.validateAuthResponse(issuer, client, answer, attempt.state);
        const response = await oauth.authorizationCodeGrantRequest(
          issuer,
          client,
          oauth.None(),
          parameters,
          redirectUri,
          attempt.codeVerifier,
          options,
        );
        const expected = { expectedNonce: attempt.nonce, requireIdToken: true };
        return tokensOf(await oauth.processAuthorizationCodeResponse(issuer, client, response, expected));
      }),
    renew: (refreshToken) =>
      letIn(async () => {
        const issuer = await server();
        const response = await oauth.refreshTokenGrantRequest(
          issuer,
          client,
          oauth.None(),
          refreshToken,
          options,
        );
        // A server that fails is no sign-in that has ended.
        if (response.status >= 500) throw new TypeError(`the issuer answered ${response.status}`);
        return tokensOf(await oauth.processRefreshTokenResponse(issuer, client, response));
      }),
    async revoke(refreshToken) {
      const issuer = await server();
      if (!issuer.revocation_endpoint) return;
      await oauth.revocationRequest(issuer, client, oauth.None(), refreshToken, options);
    },
    async signOutAddress() {
      const { end_session_endpoint: endpoint } = await server();
      if (!endpoint) return null;
      const address = new URL(endpoint);
      // Cognito's names; the standard's would be id_token_hint and post_logout_redirect_uri.
      address.searchParams.set('client_id', config.clientId);
      address.searchParams.set('logout_uri', redirectUri);
      return address.href;
    },
  };
}

const tokensOf = (tokens: oauth.TokenEndpointResponse): Tokens => ({
  accessToken: tokens.access_token,
  expiresInSeconds: tokens.expires_in ?? 300,
  refreshToken: tokens.refresh_token ?? null,
});

async function letIn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError)
      throw new NotLetIn(error.error_description ?? error.error, { cause: error });
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.OperationProcessingError)
      throw new NotLetIn(error.message, { cause: error });
    throw error;
  }
}
