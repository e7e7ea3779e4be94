import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleanUp, startProcess, temporaryFolder, tokenIn } from './test-support/standalone-process.ts';

afterAll(cleanUp);

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** `fetch` would not send another Host. */
function ask(
  url: string,
  { method = 'GET', headers = {} }: Asked = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asking.on('error', reject);
    asking.end();
  });
}

const mode = (...names: string[]) => statSync(path.join(...names)).mode & 0o777;

test('a second process on the same data folder is refused with a sentence', async () => {
  const data = temporaryFolder();
  const first = startProcess({ data });
  const url = await first.ready;
  const second = startProcess({ data });
  expect(await second.ended).toEqual({ code: 2, signal: null });
  expect(second.output()).toContain(`Another edf-pipeline is using ${data}.`);
  expect(second.output()).not.toMatch(/\n\s+at /);
  expect((await ask(`${url}/healthz`)).status).toBe(200);
  await first.kill('SIGKILL');
  const third = startProcess({ data });
  await third.ready;
  expect(await third.kill('SIGTERM')).toEqual({ code: 0, signal: null });
}, 60_000);

test('a configuration with faults is refused with all of them at once', async () => {
  const env = { EDF_WORKERS: '0', EDF_LOG_LEVEL: 'loud', EDF_SAMPLE: 'perhaps', EDF_MAX_FILE_BYTES: '12 GB' };
  const refused = startProcess({ data: temporaryFolder(), env });
  expect(await refused.ended).toEqual({ code: 2, signal: null });
  // --no-sample goes before EDF_SAMPLE, so that one is not looked at.
  for (const name of ['EDF_WORKERS', 'EDF_LOG_LEVEL', 'EDF_MAX_FILE_BYTES'])
    expect(refused.output()).toContain(name);
  expect(refused.output()).toContain('3 faults');
  expect(refused.output()).not.toMatch(/\n\s+at /);
}, 30_000);

test('a heartbeat that is too slow for the lease is refused', async () => {
  const refused = startProcess({
    data: temporaryFolder(),
    env: { EDF_LEASE_SECONDS: '4', EDF_HEARTBEAT_SECONDS: '4' },
  });
  expect(await refused.ended).toEqual({ code: 2, signal: null });
  expect(refused.output()).toContain('one late heartbeat would lose a lease');
}, 30_000);

test('a flag that does not exist is refused, and those that do are named', async () => {
  const refused = startProcess({ data: temporaryFolder(), args: ['--colour', 'blue'] });
  expect(await refused.ended).toEqual({ code: 2, signal: null });
  expect(refused.output()).toContain('--colour');
  expect(refused.output()).toContain('--port NUMBER');
}, 30_000);

test('a port that is in use is refused with a sentence, and the data folder is free again', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  const data = temporaryFolder();
  const refused = startProcess({ data, port });
  expect(await refused.ended).toEqual({ code: 2, signal: null });
  expect(refused.output()).toContain('That port is in use.');
  expect(refused.output()).not.toMatch(/\n\s+at /);
  holder.close();
  const next = startProcess({ data });
  await next.ready;
  await next.kill('SIGTERM');
}, 60_000);

test('a data folder that cannot be made is refused', async () => {
  const refused = startProcess({ data: '/dev/null/data' });
  expect((await refused.ended).code).toBe(2);
}, 30_000);

describe('a process that runs', () => {
  let data: string;
  let url: string;
  beforeAll(async () => {
    data = temporaryFolder();
    url = await startProcess({ data }).ready;
  }, 60_000);

  test('answers its probes', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await ask(url + path)).status).toBe(200);
  });

  test('keeps token and keys where only its user can read them', () => {
    for (const name of ['token', 'issuer-key.json', 'secrets.json']) expect(mode(data, name)).toBe(0o600);
    expect(mode(data, 'objects')).toBe(0o700);
    expect(mode(data)).toBe(0o700);
  });

  test.each(['/v1/limits', '/v1/recordings', '/healthz', '/.well-known/jwks.json', '/storage/source/x', '/'])(
    '%s is not answered under a name that is not this machine’s, nor to a page of another origin',
    async (address) => {
      const { port } = new URL(url);
      const authorization = `Bearer ${tokenIn(data)}`;
      const foreign: Record<string, string>[] = [
        { host: `evil.example:${port}` },
        { host: 'evil.example' },
        { host: `127.0.0.1.evil.example:${port}` },
        { host: '127.0.0.1' },
        { origin: 'http://evil.example' },
        { origin: `http://evil.example:${port}` },
        { origin: 'null' },
        { origin: `https://127.0.0.1:${port}` },
      ];
      for (const headers of foreign)
        expect((await ask(url + address, { headers: { authorization, ...headers } })).status).toBe(403);
    },
  );

  test('gives a token to its own page alone, and only when that asks with a POST', async () => {
    const origin = url;
    const { port } = new URL(url);
    const own = await ask(`${url}/local/token`, {
      method: 'POST',
      headers: { origin, 'sec-fetch-site': 'same-origin' },
    });
    expect(own.status).toBe(200);
    const { accessToken } = JSON.parse(own.text) as { accessToken: string };
    expect(
      (await ask(`${url}/v1/limits`, { headers: { authorization: `Bearer ${accessToken}` } })).status,
    ).toBe(200);

    const others: Asked[] = [
      { method: 'POST' },
      { method: 'POST', headers: { origin: 'http://evil.example' } },
      { method: 'POST', headers: { origin: 'null' } },
      { method: 'POST', headers: { origin, 'sec-fetch-site': 'cross-site' } },
      { method: 'POST', headers: { origin, 'sec-fetch-site': 'same-site' } },
      { method: 'POST', headers: { origin: `http://evil.example:${port}`, host: `evil.example:${port}` } },
      { method: 'GET', headers: { origin } },
      { method: 'GET' },
      { method: 'OPTIONS', headers: { origin: 'http://evil.example' } },
    ];
    for (const asked of others) {
      const { status, text } = await ask(`${url}/local/token`, asked);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain('eyJ');
    }
  });

  test('lets no page of another origin read anything: no CORS header is sent', async () => {
    const answer = await fetch(`${url}/v1/limits`, { headers: { authorization: `Bearer ${tokenIn(data)}` } });
    expect(answer.status).toBe(200);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('listens on this machine’s own address only', async () => {
    expect(new URL(url).hostname).toBe('127.0.0.1');
  });

  test('tells the command line where its token is, and no longer once it has ended', async () => {
    const other = temporaryFolder();
    const started = startProcess({ data: other });
    const { hostname, port } = new URL(await started.ready);
    const entry = path.join(`${other}-state`, 'edf-pipeline', `${hostname}-${port}.json`);
    expect(mode(entry)).toBe(0o600);
    await started.kill('SIGTERM');
    expect(existsSync(entry)).toBe(false);
  }, 60_000);

  test('gives operators tokens of other organisations, and refuses names that are none', async () => {
    const program = fileURLToPath(new URL('./mint-token.main.ts', import.meta.url));
    const mint = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args]);
    const { stdout } = await mint('--data', data, '--tenant', 'ward-7');
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    expect((await ask(`${url}/v1/limits`, { headers })).status).toBe(200);
    expect(JSON.parse((await ask(`${url}/v1/recordings`, { headers })).text)).toEqual({
      data: [],
      nextCursor: null,
    });
    await expect(mint('--data', data, '--tenant', 'Ward 7')).rejects.toMatchObject({ code: 2 });
    await expect(mint('--data', temporaryFolder(), '--tenant', 'ward-7')).rejects.toMatchObject({ code: 2 });
  }, 60_000);
});
