import {
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startMinistack } from '@edf-pipeline/stand-ins';
import type { TestPool } from './test-support/hosted-sign-in.ts';
import { claimsOf, makePool } from './test-support/hosted-sign-in.ts';

let cognito: Awaited<ReturnType<typeof startMinistack>>;
let pool: TestPool;
beforeAll(async () => {
  cognito = await startMinistack();
  pool = await makePool(cognito.endpoint, ['http://localhost:18417/signed-in']);
}, 120_000);
afterAll(() => cognito?.stop());

test('an app client that signs in by itself gets a token in its own name, which names no group and no user', async () => {
  const { client, id } = pool;
  await client.send(
    new CreateResourceServerCommand({
      UserPoolId: id,
      Identifier: 'edf',
      Name: 'edf',
      Scopes: [{ ScopeName: 'upload', ScopeDescription: 'upload recordings' }],
    }),
  );
  const made = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId: id,
      ClientName: 'scanner',
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['edf/upload'],
    }),
  );
  const { ClientId = '', ClientSecret = '' } = made.UserPoolClient ?? {};
  const answer = await fetch(`${cognito.endpoint}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${ClientId}:${ClientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'edf/upload' }),
  });
  const claims = claimsOf(((await answer.json()) as { access_token: string }).access_token);

  // The gateway lets a machine client act for its tenant only with a token like this (apps/gateway/src/access-token.ts).
  expect(claims).toMatchObject({ token_use: 'access', sub: ClientId, client_id: ClientId });
  expect([claims['cognito:groups'], claims.username]).toEqual([undefined, undefined]);
});
