import { createTokenVerifier } from './access-token.ts';
import { createKeySet } from './key-set.ts';
import { HttpProblem } from './problem.ts';
import type { TestIssuer } from './test-support/issuer.ts';
import { CLIENT_ID, ISSUER, createTestIssuer } from './test-support/issuer.ts';
import { createSettableClock } from './test-support/settable-clock.ts';

const clock = createSettableClock();

let issuer: TestIssuer;
let verify: ReturnType<typeof createTokenVerifier>;

beforeAll(async () => {
  issuer = await createTestIssuer(clock.now);
  const keys = createKeySet({ fetchKeys: async () => issuer.jwks, clock: clock.now });
  verify = createTokenVerifier({ issuer: ISSUER, clientIds: [CLIENT_ID], keys, clock: clock.now });
});

async function outcomeOf(authorization: string | undefined): Promise<string> {
  try {
    await verify(authorization);
    return 'accepted';
  } catch (error) {
    return error instanceof HttpProblem ? error.code : `threw ${String(error)}`;
  }
}

describe('the Authorization header', () => {
  it.each([
    ['missing', () => undefined],
    ['empty', () => ''],
    ['without a token', () => 'Bearer '],
    ['with a token alone', (token: string) => token],
    ['of another scheme', (token: string) => `Basic ${token}`],
    ['with two spaces', (token: string) => `Bearer  ${token}`],
    ['with a space before', (token: string) => ` Bearer ${token}`],
    ['with something behind', (token: string) => `Bearer ${token} x`],
    ['with a comma and another token', (token: string) => `Bearer ${token}, Bearer ${token}`],
    ['with a line break behind', (token: string) => `Bearer ${token}\n`],
    ['with quotes', (token: string) => `Bearer "${token}"`],
    ['with a token in standard base64', (token: string) => `Bearer ${token}+/=`],
  ])('%s is refused', async (_what, make) => {
    expect(await outcomeOf(make(await issuer.token()))).toBe('unauthenticated');
  });

  it('names its scheme in any case (RFC 9110, 11.1)', async () => {
    expect(await outcomeOf(`bearer ${await issuer.token()}`)).toBe('accepted');
  });
});

describe('a verifier whose issuer has never answered', () => {
  it('says that the service is not available, instead of blaming the token', async () => {
    const keys = createKeySet({ fetchKeys: () => Promise.reject(new Error('down')), clock: clock.now });
    const lonely = createTokenVerifier({ issuer: ISSUER, clientIds: [CLIENT_ID], keys, clock: clock.now });

    await expect(lonely(`Bearer ${await issuer.token()}`)).rejects.toMatchObject({
      code: 'service-unavailable',
    });
  });
});
