import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startMinistack } from '@edf-pipeline/stand-ins';
import { startFakeServer } from '@edf-pipeline/uploader/fake-server';
import type { FakeServer } from '@edf-pipeline/uploader/fake-server';
import { redirectUriFor } from './loopback-redirect.ts';
import type { EdfProgram } from './test-support/edf-program.ts';
import { edfProgram } from './test-support/edf-program.ts';
import type { TestPool } from './test-support/hosted-sign-in.ts';
import { claimsOf, makePool, makeUser, signInByForm } from './test-support/hosted-sign-in.ts';

let cognito: Awaited<ReturnType<typeof startMinistack>>;
let port: number;
let pool: TestPool;
let server: FakeServer;
let edf: EdfProgram;

beforeAll(async () => {
  cognito = await startMinistack();
  port = await freePort();
  pool = await makePool(cognito.endpoint, [redirectUriFor(port)]);
  await makeUser(pool, 'ada');
}, 120_000);
afterAll(() => cognito?.stop());

beforeEach(async () => {
  server = await startFakeServer();
  server.react = ({ path }) =>
    path === '/app-config.json' ? { status: 200, body: JSON.stringify({ auth: pool.signIn }) } : null;
  edf = await edfProgram({
    EDF_URL: server.url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterEach(async () => {
  await server.close();
  await edf.remove();
});

interface Kept {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

const keptIn = async () => {
  const folder = join(edf.folder, 'state', 'edf-pipeline');
  const [name = ''] = (await readdir(folder)).filter((each) => each.startsWith('sign-in-'));
  const path = join(folder, name);
  return { path, kept: JSON.parse(await readFile(path, 'utf8')) as Kept };
};

/** Starts `edf login`, and answers the address that it prints. */
async function loginStarted() {
  const login = edf.start('login', '--no-browser', '--port', String(port));
  let told = '';
  login.child.stderr?.on('data', (chunk) => (told += chunk));
  await login.until(/code_challenge_method=S256\n/);
  const address = /https?:\/\/\S+code_challenge_method=S256/.exec(told)?.[0] ?? '';
  return { login, address };
}

async function signedIn() {
  const { login, address } = await loginStarted();
  const back = await signInByForm(address, 'ada');
  expect((await fetch(back)).status).toBe(200);
  const ended = await login.ended;
  expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 0 });
  const { kept } = await keptIn();
  server.token = kept.accessToken;
  return kept;
}

describe('edf login', () => {
  it('signs a person in through the hosted page, and later commands use it', async () => {
    await edf.run(
      'tenants',
      'add-user',
      'ada',
      '--tenant',
      'acme',
      '--role',
      'owner',
      '--user-pool',
      pool.id,
    );
    const { accessToken } = await signedIn();

    expect(claimsOf(accessToken)).toMatchObject({
      token_use: 'access',
      client_id: pool.clientId,
      'cognito:groups': expect.arrayContaining(['tenant:acme', 'role:owner']),
    });
    expect((await edf.run('ls')).code).toBe(0);
    expect((await stat((await keptIn()).path)).mode & 0o777).toBe(0o600);
  });

  it('asks with PKCE, a state and a nonce, for a place on this machine', async () => {
    const { login, address } = await loginStarted();
    const asked = Object.fromEntries(new URL(address).searchParams);
    login.child.kill('SIGINT');

    expect(asked).toMatchObject({
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `http://localhost:${port}/signed-in`,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(asked[name]?.length).toBeGreaterThanOrEqual(43);
    expect((await login.ended).code).toBe(130);
  });

  it('does not listen to an answer to another try, and goes on waiting for its own', async () => {
    const { login, address } = await loginStarted();
    const back = await signInByForm(address, 'ada');
    const forged = new URL(back);
    forged.searchParams.set('state', 'another');
    expect((await fetch(forged)).status).toBe(404);
    expect((await fetch(back.replace('/signed-in', '/elsewhere'))).status).toBe(404);
    expect((await fetch(back, { method: 'POST' })).status).toBe(404);
    expect((await fetch(back)).status).toBe(200);
    expect((await login.ended).code).toBe(0);
  });

  it('ends with 3 when the person is not let in, or the code is not good', async () => {
    const first = await loginStarted();
    const state = new URL(first.address).searchParams.get('state');
    const denied = `http://127.0.0.1:${port}/signed-in?error=access_denied&error_description=Not%1b%5B2Jyou&state=${state}`;
    expect((await fetch(denied)).status).toBe(400);
    const refused = await first.login.ended;
    expect([refused.code, refused.stderr.includes('\u001b')]).toEqual([3, false]);
    expect(refused.stderr).toContain('edf: you were not let in: Not\\u001b[2Jyou');

    const second = await loginStarted();
    const other = new URL(second.address).searchParams.get('state');
    await fetch(`http://127.0.0.1:${port}/signed-in?code=made-up&state=${other}`);
    expect((await second.login.ended).code).toBe(3);
    expect((await edf.run('ls')).code).toBe(3);
  });

  it('says what to do when its port is taken', async () => {
    const { login } = await loginStarted();
    const ended = await edf.run('login', '--no-browser', '--port', String(port));
    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringContaining(`the ports ${port} are all in use`),
    ]);
    login.child.kill('SIGINT');
    await login.ended;
  });

  it.each([
    ['is this machine’s own', { kind: 'local', tokenUrl: '/local/token' }, 2, 'nothing to sign in to'],
    ['says nothing of it', {}, 2, 'does not say how people sign in'],
    ['has another issuer than its metadata', { issuer: 'https://evil.example' }, 3, 'issuer'],
    ['wants plain HTTP elsewhere', { metadataUrl: 'http://evil.example/m' }, 2, 'plain HTTP'],
  ])('at a server that %s ends with a sentence', async (_what, change, code, sentence) => {
    const auth =
      Object.keys(change).includes('kind') || Object.keys(change).length === 0
        ? change
        : { ...pool.signIn, ...change };
    server.react = () => ({ status: 200, body: JSON.stringify({ auth }) });
    const ended = await edf.run('login', '--no-browser', '--port', String(port));
    expect(ended.stderr).toContain(sentence);
    expect(ended.code).toBe(code);
  });

  it('at a server that is not there ends with 4', async () => {
    expect((await edf.run('login', '--url', 'http://127.0.0.1:1')).code).toBe(4);
  });
});

describe('a kept sign-in', () => {
  it('is renewed when it is about to expire, once for a command that asks often', async () => {
    const before = await signedIn();
    const { path } = await keptIn();
    await writeFile(
      path,
      JSON.stringify({ ...before, url: server.url, accessToken: 'old', expiresAt: new Date().toISOString() }),
    );
    server.token = 'anything';
    // The fake server knows the new token only once it is written.
    server.react = ({ path: asked, headers }) => {
      if (asked === '/app-config.json') return { status: 200, body: JSON.stringify({ auth: pool.signIn }) };
      const token = String(headers.authorization).replace('Bearer ', '');
      if (token.split('.').length === 3) server.token = token;
      return null;
    };
    expect((await edf.run('ls')).code).toBe(0);
    const { kept } = await keptIn();
    expect(claimsOf(kept.accessToken)).toMatchObject({ token_use: 'access', client_id: pool.clientId });
    expect(kept.refreshToken).toBe(before.refreshToken);
    expect(Date.parse(kept.expiresAt)).toBeGreaterThan(Date.now() + 60_000);
  });

  it('that has ended is said so, with what to do', async () => {
    const before = await signedIn();
    const { path } = await keptIn();
    const ended = { ...before, url: server.url, refreshToken: 'gone', expiresAt: new Date(0).toISOString() };
    await writeFile(path, JSON.stringify(ended));
    const { code, stderr } = await edf.run('ls');
    expect([code, stderr]).toEqual([
      3,
      `edf: your sign-in to ${server.url} has ended; sign in again: edf login --url ${server.url}\n`,
    ]);
  });

  it('is not used when others can read it', async () => {
    await signedIn();
    await chmod((await keptIn()).path, 0o644);
    const { code, stderr } = await edf.run('ls');
    expect([code, stderr.includes('chmod 600')]).toEqual([3, true]);
  });

  it('gives way to a token that is named', async () => {
    await signedIn();
    server.token = 'named';
    expect((await edf.run('ls', '--token', 'named')).code).toBe(0);
  });

  it('is gone after edf logout', async () => {
    await signedIn();
    expect((await edf.run('logout')).stdout).toContain(`signed out of ${server.url}`);
    expect((await edf.run('ls')).code).toBe(3);
    expect((await edf.run('logout')).stdout).toContain('were not signed in');
  });
});

describe('edf tenants add-user', () => {
  it('makes user, groups and membership, and keeps a user out of a second tenant', async () => {
    const add = (name: string, tenant: string, ...more: string[]) =>
      edf.run('tenants', 'add-user', name, '--tenant', tenant, '--user-pool', pool.id, ...more);
    expect((await add('grace', 'acme')).code).toBe(2);
    const made = await add('grace', 'acme', '--create', '--role', 'operator', '--json');
    expect(made.json()).toEqual([{ name: 'grace', groups: ['tenant:acme', 'role:operator'] }]);
    expect((await add('grace', 'acme')).code).toBe(0);
    const second = await add('grace', 'beta');
    expect([second.code, second.stderr]).toEqual([
      2,
      'edf: grace is in tenant:acme already; a user belongs to one tenant\n',
    ]);
    expect((await add('grace', 'A/B')).code).toBe(2);
    expect(
      (await edf.run('tenants', 'add-user', 'x', '--tenant', 'acme', '--user-pool', 'nonsense')).code,
    ).toBe(2);
  });
});
