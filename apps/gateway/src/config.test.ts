import { ConfigError } from '@edf-pipeline/service';
import { readConfig } from './config.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const complete = {
  AWS_REGION: 'eu-central-1',
  EDF_TABLE: 'edf',
  EDF_BUCKET: 'recordings',
  EDF_ISSUER: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc/',
  EDF_CLIENT_IDS: 'page, robot',
  EDF_CURSOR_KEY: key,
  EDF_FILE_NAME_KEY: key,
};

function faultsOf(env: Record<string, string | undefined>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('\n');
    throw error;
  }
  return '';
}

test('What is not said follows from the issuer and from defaults', () => {
  expect(readConfig(complete)).toMatchObject({
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc',
    jwksUrl: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc/.well-known/jwks.json',
    clientIds: ['page', 'robot'],
    port: 8080,
    leaseSeconds: 30,
    signIn: { page: { kind: 'oidc', clientId: 'page' } },
  });
});

test('Every fault is told at once, each with what it is for', () => {
  const faults = faultsOf({
    ...complete,
    EDF_TABLE: undefined,
    EDF_ISSUER: 'nowhere',
    EDF_CURSOR_KEY: 'c2hvcnQ=',
  });

  expect(faults).toContain('EDF_TABLE: is missing: the name of the DynamoDB table');
  expect(faults).toContain('EDF_ISSUER');
  expect(faults).toContain('openssl rand -base64 32');
});

test.each([
  ['EDF_CLIENT_IDS', 'a,,b'],
  ['EDF_S3_PUBLIC_ENDPOINT', 'not an address'],
  ['EDF_REDIS_URL', 'http://redis'],
  ['EDF_S3_PATH_STYLE', 'yes'],
  ['EDF_PORT', '70000'],
])('A wrong %s is named', (name, value) => {
  expect(faultsOf({ ...complete, [name]: value })).toContain(name);
});
