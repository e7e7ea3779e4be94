import { createHash } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  CreateGroupCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startMinistack } from '@edf-pipeline/stand-ins';
import type { TestPool } from './test-support/hosted-sign-in.ts';
import { claimsOf, makePool, makeUser, signInByForm } from './test-support/hosted-sign-in.ts';

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

test('a token that was renewed names the groups of the person, as the first one did', async () => {
  const { client, id, clientId } = pool;
  await makeUser(pool, 'ada');
  const membership = { UserPoolId: id, GroupName: 'tenant:acme' };
  await client.send(new CreateGroupCommand(membership));
  await client.send(new AdminAddUserToGroupCommand({ ...membership, Username: 'ada' }));
  const verifier = 'v'.repeat(43);
  const ask = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://localhost:18417/signed-in',
    scope: 'openid',
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  });
  const place = await signInByForm(`${cognito.endpoint}/oauth2/authorize?${ask}`, 'ada');
  const tokens = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: clientId, ...form });
    const answer = await fetch(`${cognito.endpoint}/oauth2/token`, { method: 'POST', body });
    return (await answer.json()) as { access_token: string; refresh_token: string };
  };
  const first = await tokens({
    grant_type: 'authorization_code',
    code: new URL(place).searchParams.get('code') ?? '',
    redirect_uri: 'http://localhost:18417/signed-in',
    code_verifier: verifier,
  });
  const renewed = await tokens({ grant_type: 'refresh_token', refresh_token: first.refresh_token });

  for (const { access_token: token } of [first, renewed])
    expect(claimsOf(token)).toMatchObject({ username: 'ada', 'cognito:groups': ['tenant:acme'] });
});
