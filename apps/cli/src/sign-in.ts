import * as oauth from 'oauth4webapi';
import { NetworkError } from '@edf-pipeline/uploader';
import { AuthError, UsageError } from './exit-code.ts';

/** How people sign in to a server, as its `/app-config.json` says. */
export interface SignIn {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  /** For requests to the issuer: over plain HTTP only where it is this machine. */
  readonly request: { readonly [oauth.allowInsecureRequests]: boolean; readonly signal: AbortSignal };
}

/** What of a sign-in is kept. */
export interface SignedIn {
  /** Of the server that the tokens are for. */
  readonly url: string;
  readonly accessToken: string;
  /** Of the access token. */
  readonly expiresAt: string;
  readonly refreshToken: string | null;
}

const ANSWER_SECONDS = 15;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

interface OidcConfig {
  readonly kind: 'oidc';
  readonly metadataUrl: string;
  readonly issuer: string;
  readonly clientId: string;
}

/**
 * Asks the server how people sign in, and the issuer where.
 *
 * @throws UsageError when nobody signs in there, NetworkError
 */
export async function findSignIn(url: string, ended: AbortSignal): Promise<SignIn> {
  const config = await readConfig(url, ended);
  const metadataUrl = new URL(config.metadataUrl);
  const isInsecureAllowed = LOOPBACK.includes(metadataUrl.hostname);
  if (metadataUrl.protocol !== 'https:' && !isInsecureAllowed)
    throw new UsageError(
      `${url} wants people to sign in over plain HTTP at ${metadataUrl.host}; that is not done`,
    );
  const signal = AbortSignal.any([ended, AbortSignal.timeout(ANSWER_SECONDS * 1000)]);
  const response = await answerOf(metadataUrl.href, signal);
  const issuer = new URL(config.issuer);
  const server = await asAuthError(() => oauth.processDiscoveryResponse(issuer, response));
  return {
    server,
    client: { client_id: config.clientId },
    request: { [oauth.allowInsecureRequests]: isInsecureAllowed, signal },
  };
}

async function readConfig(url: string, ended: AbortSignal): Promise<OidcConfig> {
  const signal = AbortSignal.any([ended, AbortSignal.timeout(ANSWER_SECONDS * 1000)]);
  const response = await answerOf(`${url}/app-config.json`, signal);
  const { auth } = (await response.json()) as { auth?: Partial<OidcConfig> | { kind: 'local' } };
  if (auth?.kind === 'local')
    throw new UsageError(`${url} runs on this machine for its own user: there is nothing to sign in to`);
  if (auth?.kind !== 'oidc' || !auth.metadataUrl || !auth.issuer || !auth.clientId)
    throw new UsageError(`${url} does not say how people sign in there; is it an edf-pipeline?`);
  return auth as OidcConfig;
}

async function answerOf(url: string, signal: AbortSignal): Promise<Response> {
  try {
    const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
    if (response.ok) return response;
    throw new NetworkError(`${url} answered ${response.status}`, { status: response.status });
  } catch (cause) {
    throw asNetworkError(cause, url);
  }
}

function asNetworkError(cause: unknown, url: string): unknown {
  if (cause instanceof NetworkError) return cause;
  const isNetwork = cause instanceof Error && (cause.name === 'TypeError' || cause.name === 'TimeoutError');
  return isNetwork ? new NetworkError(`${url} cannot be reached`, { cause }) : cause;
}

/** A try to sign in: what the person's browser is sent to, and what the answer must fit. */
export interface Attempt {
  readonly address: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Authorization code with PKCE; state and nonce tie the answer to this try. */
export async function beginSignIn({ server, client }: SignIn, redirectUri: string): Promise<Attempt> {
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  if (!server.authorization_endpoint) throw new UsageError(`${server.issuer} has no page to sign in at`);
  const address = new URL(server.authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: 'openid',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  }))
    address.searchParams.set(name, value);
  return { address: address.href, redirectUri, state, nonce, codeVerifier };
}

/**
 * Turns what the browser came back with into tokens.
 *
 * @throws AuthError when the person was not let in, or the answer is not to this try
 */
export async function endSignIn(
  { server, client, request }: SignIn,
  attempt: Attempt,
  answer: URLSearchParams,
  url: string,
): Promise<SignedIn> {
  return asAuthError(async () => {
    const parameters = oauth.validateAuthResponse(server, client, answer, attempt.state);
    const signal = AbortSignal.timeout(ANSWER_SECONDS * 1000);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      attempt.redirectUri,
      attempt.codeVerifier,
      { ...request, signal },
    );
    const options = { expectedNonce: attempt.nonce, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, options);
    return signedIn(tokens, url, null);
  });
}

/**
 * New tokens for old ones.
 *
 * @throws AuthError when the sign-in has ended
 */
export async function renewSignIn(
  { server, client, request }: SignIn,
  { url, refreshToken }: SignedIn,
): Promise<SignedIn> {
  if (refreshToken === null) throw hasEnded(url);
  return asAuthError(async () => {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      refreshToken,
      request,
    );
    const tokens = await oauth.processRefreshTokenResponse(server, client, response);
    return signedIn(tokens, url, refreshToken);
  });
}

/** Tells the issuer that the sign-in has ended; false where it offers no way to. */
export async function revokeSignIn(
  { server, client, request }: SignIn,
  { refreshToken }: SignedIn,
): Promise<boolean> {
  if (!server.revocation_endpoint || refreshToken === null) return false;
  const response = await oauth.revocationRequest(server, client, oauth.None(), refreshToken, request);
  await oauth.processRevocationResponse(response);
  return true;
}

export const hasEnded = (url: string) =>
  new AuthError(`your sign-in to ${url} has ended; sign in again: edf login --url ${url}`);

/** @param kept the refresh token that goes on when no new one is given: Cognito gives one only where tokens rotate */
function signedIn(tokens: oauth.TokenEndpointResponse, url: string, kept: string | null): SignedIn {
  const seconds = tokens.expires_in ?? 300;
  return {
    url,
    accessToken: tokens.access_token,
    expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
    refreshToken: tokens.refresh_token ?? kept,
  };
}

async function asAuthError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      const why = error.error_description ?? error.error;
      throw new AuthError(`you were not let in: ${why}`, { cause: error });
    }
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.OperationProcessingError)
      throw new AuthError(`the sign-in did not work: ${error.message}`, { cause: error });
    throw asNetworkError(error, 'the issuer');
  }
}
