import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { standInClient } from '@edf-pipeline/stand-ins';

export const PASSWORD = 'Aa1!correct-horse';

/** A user pool on the stand-in, with an app client for people and a user who has no group yet. */
export interface TestPool {
  readonly id: string;
  readonly clientId: string;
  /** What a gateway tells the page and the command line. */
  readonly signIn: Readonly<Record<string, string>>;
  readonly client: CognitoIdentityProviderClient;
}

export async function makePool(endpoint: string, callbackUrls: readonly string[]): Promise<TestPool> {
  const client = new CognitoIdentityProviderClient(standInClient(endpoint));
  const pool = await client.send(new CreateUserPoolCommand({ PoolName: 'people' }));
  const id = pool.UserPool?.Id ?? '';
  const app = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId: id,
      ClientName: 'page-and-command-line',
      GenerateSecret: false,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [...callbackUrls],
    }),
  );
  const clientId = app.UserPoolClient?.ClientId ?? '';
  await client.send(new CreateUserPoolDomainCommand({ Domain: 'people', UserPoolId: id }));
  const signIn = {
    kind: 'oidc',
    metadataUrl: `${endpoint}/${id}/.well-known/openid-configuration`,
    issuer: `https://cognito-idp.us-east-1.amazonaws.com/${id}`,
    clientId,
  };
  return { id, clientId, signIn, client };
}

export async function makeUser({ client, id }: TestPool, name: string): Promise<void> {
  const user = { UserPoolId: id, Username: name };
  await client.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await client.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }));
}

/** What a person does in the browser: opens the address, fills the form in; answers where they are sent then. */
export async function signInByForm(address: string, name: string, password = PASSWORD): Promise<string> {
  const page = await (await fetch(address)).text();
  const fields = new URLSearchParams();
  for (const [tag] of page.matchAll(/<input[^>]*>/g)) {
    const [, field] = /name="([^"]*)"/.exec(tag) ?? [];
    const [, value = ''] = /value="([^"]*)"/.exec(tag) ?? [];
    if (field) fields.set(field, value.replaceAll('&amp;', '&').replaceAll('&#x27;', "'"));
  }
  fields.set('username', name);
  fields.set('password', password);
  const [, action = '/login'] = /<form[^>]*action="([^"]*)"/.exec(page) ?? [];
  const answer = await fetch(new URL(action, address), { method: 'POST', body: fields, redirect: 'manual' });
  return answer.headers.get('location') ?? `${answer.status}: ${await answer.text()}`;
}

/** What a token says of itself. */
export const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
