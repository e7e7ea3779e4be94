import type { JWTPayload } from 'jose';
import { errors, jwtVerify } from 'jose';
import type { KeySet } from './key-set.ts';
import { KeysUnavailable } from './key-set.ts';
import type { MachineClient } from './machine-clients.ts';
import { HttpProblem } from './problem.ts';

/** Who asks, as the access token says. */
export interface Caller {
  readonly tenant: string;
  readonly subject: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly expiresAt: Date;
}

export interface VerifierOptions {
  readonly issuer: string;
  readonly keys: KeySet;
  /** App clients whose tokens are taken. */
  readonly clientIds: readonly string[];
  readonly clock: () => Date;
  /** For whom an app client acts that signs in by itself (client credentials); null: for nobody. */
  readonly machineClient?: (clientId: string) => Promise<MachineClient | null>;
}

const MAX_TOKEN_LENGTH = 8_192;
const CLOCK_TOLERANCE_SECONDS = 30;
const MAX_TOKEN_AGE_SECONDS = 86_400;

/**
 * Verifies Cognito access tokens: RS256 by a known key, our issuer, not expired, `token_use` access, and either one of
 * our app clients with exactly one `tenant:<id>` group, or an app client in its own name that an operator has let act
 * for a tenant. Cognito access tokens carry no `aud`, so none is asked for.
 */
export function createTokenVerifier(
  options: VerifierOptions,
): (authorization: string | undefined) => Promise<Caller> {
  return async (authorization) => {
    const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw unauthenticated('Send an access token: Authorization: Bearer <token>.');
    if (token.length > MAX_TOKEN_LENGTH) throw unauthenticated('The access token is too long.');
    return callerOf(await verify(token, options), options);
  };
}

async function verify(token: string, { issuer, keys, clock }: VerifierOptions): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys.resolve, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat', 'sub'],
      maxTokenAge: MAX_TOKEN_AGE_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: clock(),
    });
    if (!protectedHeader.kid) throw unauthenticated('The access token names no key.');
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw unauthenticated('The access token has expired; get a new one.');
    if (error instanceof KeysUnavailable) {
      throw new HttpProblem(
        'service-unavailable',
        'The sign-in service does not answer; try again in a moment.',
      );
    }
    if (error instanceof errors.JOSEError) throw unauthenticated('The access token is not valid.');
    throw error;
  }
}

async function callerOf(payload: JWTPayload, options: VerifierOptions): Promise<Caller> {
  if (payload.token_use !== 'access') throw unauthenticated('This is not an access token.');
  const { sub, iat = 0, exp = 0 } = payload;
  // jose asks that they are there; that `sub` is a text, and that the token ends within a day, it leaves to us.
  const isWellFormed = typeof sub === 'string' && sub !== '' && exp - iat <= MAX_TOKEN_AGE_SECONDS;
  if (!isWellFormed) throw unauthenticated('The access token is not valid.');
  const clientId = payload.client_id;
  if (typeof clientId !== 'string' || clientId === '') throw otherApplication();
  const of = { subject: sub, clientId, expiresAt: new Date(exp * 1000) };
  if (options.clientIds.includes(clientId)) return { ...of, ...groupsOf(payload) };
  const machine = await machineOf(payload, clientId, options);
  return { ...of, tenant: machine.tenant, roles: machine.roles };
}

/** People: Cognito puts the groups of a user into every access token. */
function groupsOf(payload: JWTPayload): Pick<Caller, 'tenant' | 'roles'> {
  const claimed: unknown = payload['cognito:groups'];
  const groups = Array.isArray(claimed) ? claimed.filter((group) => typeof group === 'string') : [];
  const tenants = groups.filter((group) => group.startsWith('tenant:'));
  const tenant = /^tenant:([a-z0-9-]{1,64})$/.exec(tenants[0] ?? '')?.[1];
  if (tenants.length !== 1 || tenant === undefined) {
    throw new HttpProblem(
      'forbidden',
      'Your account belongs to no organisation here, or to several; ask your administrator.',
    );
  }
  return { tenant, roles: groups.flatMap((group) => /^role:([a-z-]{1,32})$/.exec(group)?.[1] ?? []) };
}

/**
 * App clients that sign in by themselves: their tokens carry no groups, and are in nobody's name but their own (`sub` is
 * the client id). A client that people sign in with gets here neither with nor without groups: whoever belongs to no
 * organisation must not come to act for one.
 */
async function machineOf(
  payload: JWTPayload,
  clientId: string,
  { machineClient }: VerifierOptions,
): Promise<MachineClient> {
  const isInItsOwnName =
    payload.sub === clientId && payload['cognito:groups'] === undefined && payload.username === undefined;
  const machine = machineClient && isInItsOwnName ? await machineClient(clientId) : null;
  if (!machine) throw otherApplication();
  return machine;
}

const otherApplication = () => unauthenticated('The access token was made for another application.');
const unauthenticated = (detail: string) => new HttpProblem('unauthenticated', detail);
