import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { randomBytes } from 'node:crypto';

/** Where the browser comes back to after `edf login`; Cognito compares the whole address. */
const commandLineCallbackUrls = [18_417, 18_418, 18_419].map((port) => `http://localhost:${port}/signed-in`);

export interface UserPool {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** Where the page and the command line learn how to sign in. */
  readonly metadataUrl: string;
  readonly clientId: string;
  /** Makes a user in these groups; answers the password that they sign in with. */
  addUser(user: { readonly name: string; readonly groups: readonly string[] }): Promise<string>;
  /** Answers an access token of a user. */
  signIn(name: string, password: string): Promise<string>;
  /** Makes a user of a tenant (and the tenant's group) and answers an access token of theirs. */
  tokenFor(user: { readonly name: string; readonly groups: readonly string[] }): Promise<string>;
}

/** A Cognito user pool with one app client, for people who sign in by OIDC with PKCE and for tests by password. */
export async function createUserPool(
  client: CognitoIdentityProviderClient,
  name: string,
  options: { readonly endpoint: string; readonly region: string; readonly callbackUrls: readonly string[] },
): Promise<UserPool> {
  const created = await client.send(new CreateUserPoolCommand({ PoolName: name }));
  const UserPoolId = created.UserPool?.Id ?? '';
  const app = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'page-and-command-line',
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [...options.callbackUrls, ...commandLineCallbackUrls],
      LogoutURLs: [...options.callbackUrls],
    }),
  );
  const clientId = app.UserPoolClient?.ClientId ?? '';
  await client.send(new CreateUserPoolDomainCommand({ Domain: name, UserPoolId }));
  const groups = new Set<string>();

  const addTo = async (user: string, group: string) => {
    if (!groups.has(group)) await client.send(new CreateGroupCommand({ UserPoolId, GroupName: group }));
    groups.add(group);
    await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: user, GroupName: group }));
  };

  const addUser: UserPool['addUser'] = async ({ name: Username, groups: wanted }) => {
    const password = `Aa1!${randomBytes(18).toString('base64url')}`;
    const user = { UserPoolId, Username };
    await client.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
    await client.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
    for (const group of wanted) await addTo(Username, group);
    return password;
  };

  const signIn: UserPool['signIn'] = async (user, password) => {
    const signedIn = await client.send(
      new InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: user, PASSWORD: password },
      }),
    );
    return signedIn.AuthenticationResult?.AccessToken ?? '';
  };

  return {
    // The stand-in signs in the name of the real service.
    issuer: `https://cognito-idp.${options.region}.amazonaws.com/${UserPoolId}`,
    jwksUrl: `${options.endpoint}/${UserPoolId}/.well-known/jwks.json`,
    metadataUrl: `${options.endpoint}/${UserPoolId}/.well-known/openid-configuration`,
    clientId,
    addUser,
    signIn,
    tokenFor: async (user) => signIn(user.name, await addUser(user)),
  };
}
