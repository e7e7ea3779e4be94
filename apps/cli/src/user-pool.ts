import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { NetworkError } from '@edf-pipeline/uploader';
import { AuthError, UsageError } from './exit-code.ts';

/** Groups and users of a Cognito user pool, by the AWS credentials of whoever runs the program. */
export interface UserPool {
  ensureGroup(name: string): Promise<void>;
  ensureUser(name: string, email?: string): Promise<void>;
  /** @throws UsageError when there is no such user, or the user is in another tenant already */
  addUser(name: string, groups: readonly string[]): Promise<void>;
}

/** @param id `<region>_<id>`, as Cognito names pools */
export async function openUserPool(id: string): Promise<UserPool> {
  const region = /^([a-z]{2}(?:-[a-z]+)+-\d)_\w+$/.exec(id)?.[1];
  if (!region) throw new UsageError(`${id} is no id of a user pool; it looks like eu-central-1_AbC123xyz`);
  // Only these commands need it, and it takes longer to load than all the rest.
  const cognito = await import('@aws-sdk/client-cognito-identity-provider');
  const client: CognitoIdentityProviderClient = new cognito.CognitoIdentityProviderClient({ region });
  const of = { UserPoolId: id };

  const ensureGroup = async (name: string) => {
    try {
      await client.send(new cognito.CreateGroupCommand({ ...of, GroupName: name }));
    } catch (error) {
      if (!(error instanceof cognito.GroupExistsException)) throw error;
    }
  };
  const groupsOf = async (name: string) => {
    const groups: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new cognito.AdminListGroupsForUserCommand({ ...of, Username: name, NextToken }),
      );
      groups.push(...(page.Groups ?? []).flatMap(({ GroupName }) => GroupName ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return groups;
  };
  return {
    ensureGroup: (name) => explained(() => ensureGroup(name)),
    ensureUser: (name, email) =>
      explained(async () => {
        const UserAttributes = email === undefined ? [] : [{ Name: 'email', Value: email }];
        try {
          await client.send(new cognito.AdminCreateUserCommand({ ...of, Username: name, UserAttributes }));
        } catch (error) {
          if (!(error instanceof cognito.UsernameExistsException)) throw error;
        }
      }),
    addUser: (name, groups) =>
      explained(async () => {
        const present = await groupsOf(name);
        const wanted = groups.find((group) => group.startsWith('tenant:'));
        const other = present.find((group) => group.startsWith('tenant:') && group !== wanted);
        // A token of two tenants is refused: the user could not sign in to either any more.
        if (other) throw new UsageError(`${name} is in ${other} already; a user belongs to one tenant`);
        for (const GroupName of groups) {
          await ensureGroup(GroupName);
          await client.send(new cognito.AdminAddUserToGroupCommand({ ...of, Username: name, GroupName }));
        }
      }),
  };
}

/** What AWS says in the words and with the exit codes of this program. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UsageError) throw error;
    switch (error.name) {
      case 'CredentialsProviderError':
      case 'UnrecognizedClientException':
      case 'ExpiredTokenException':
      case 'AccessDeniedException':
      case 'NotAuthorizedException':
        throw new AuthError(`AWS did not let us change the user pool: ${error.message}`, { cause: error });
      case 'UserNotFoundException':
        throw new UsageError('there is no such user in the pool; --create makes one', { cause: error });
      case 'ResourceNotFoundException':
        throw new UsageError(`there is no such user pool: ${error.message}`, { cause: error });
      case 'InvalidParameterException':
      case 'InvalidPasswordException':
        throw new UsageError(error.message, { cause: error });
      default:
        if ('$fault' in error && error.$fault === 'client') throw error;
        throw new NetworkError(`Cognito did not answer: ${error.message}`, { cause: error });
    }
  }
}
