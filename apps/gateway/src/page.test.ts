import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import express from 'express';
import { createGateway } from './app.ts';
import { servePage } from './page.ts';
import type { World } from './test-support/world.ts';
import { closed, createWorld, listening } from './test-support/world.ts';

let folder: string;
let world: World;
let server: Server;
let url: string;

// As a process serves both: the page behind the API.
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'page-'));
  const site = path.join(folder, 'site');
  mkdirSync(path.join(site, 'assets', 'fonts'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.txt'), 'SECRET');
  writeFileSync(path.join(site, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(path.join(site, '.env'), 'SECRET');
  writeFileSync(path.join(site, 'favicon.svg'), '<svg/>');
  writeFileSync(path.join(site, 'assets', 'index-abc123.js'), 'export {}');
  world = await createWorld();
  const app = express();
  app.use(createGateway(world.deps));
  const appConfig = { auth: { kind: 'local' } };
  app.use(servePage({ folder: site, appConfig, connectOrigins: ['https://store.example'] }));
  server = createServer(app);
  url = await listening(server);
});
afterAll(async () => {
  await closed(server);
  await world.close();
  rmSync(folder, { recursive: true });
});

const get = (address: string, accept = 'text/html') =>
  fetch(url + address, { headers: { accept }, redirect: 'manual' });

/** As it is, without what fetch makes of an address first. */
function getRaw(address: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const sent = httpRequest(
      { port, host: '127.0.0.1', path: address, headers: { accept: 'text/html' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject).end();
  });
}

describe('the page', () => {
  it('may talk to its own origin and the object store, and to nothing else', async () => {
    expect((await get('/')).headers.get('content-security-policy')).toBe(
      [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data: https://store.example",
        "connect-src 'self' https://store.example",
        "worker-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ].join('; '),
    );
  });

  it.each(['/', '/assets/index-abc123.js', '/favicon.svg', '/app-config.json', '/recordings/rec_1'])(
    'says at %s who may frame it, refer to it and guess its types',
    async (address) => {
      const { headers } = await get(address);

      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it.each(['/', '/recordings', '/recordings/rec_1/signals', '/no/such/view'])(
    'is what a browser gets at %s, which is one of its views',
    async (address) => {
      const response = await get(address);

      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
        200,
        'text/html; charset=utf-8',
        '<!doctype html><title>page</title>',
      ]);
    },
  );

  it.each([
    ['/v1/none', 401],
    ['/assets/none.js', 404],
    ['/assets/', 404],
    ['/assets/fonts', 404],
    ['/assets/fonts/', 404],
    ['/storage/x', 404],
    ['/local/token', 404],
  ])('is not what comes at %s, and no folder is listed', async (address, status) => {
    const response = await get(address);

    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(/<title>page|index-abc123/);
  });

  it('is not what a program gets that asks for JSON', async () => {
    expect((await get('/no/such/view', 'application/json')).status).toBe(404);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/.env',
    '/%2eenv',
    '//etc/passwd',
    '/assets/index-abc123.js%00.txt',
  ])('gives nothing away at %s', async (address) => {
    expect((await getRaw(address)).text).not.toMatch(/SECRET|root:/);
  });

  it('answers an address that is no text without showing where it runs', async () => {
    const { status, text } = await getRaw('/%E0%A4%A');

    expect(status).toBe(400);
    expect(text).not.toMatch(/node_modules|\.[jt]s\b| at /);
  });

  it('has its files kept by the browser by their hashed names, and itself never', async () => {
    const cacheOf = async (address: string) => (await get(address)).headers.get('cache-control');

    expect(await cacheOf('/assets/index-abc123.js')).toBe('public, max-age=31536000, immutable');
    expect(await cacheOf('/')).toBe('no-cache');
    expect(await cacheOf('/recordings')).toBe('no-cache');
    expect(await cacheOf('/app-config.json')).toBe('no-cache');
    expect(await cacheOf('/v1/limits')).toBe('no-store');
  });

  it('is told how people sign in', async () => {
    expect(await (await get('/app-config.json', '*/*')).json()).toEqual({ auth: { kind: 'local' } });
  });

  it('that is not there answers so, without showing where it was looked for', async () => {
    const app = express();
    app.use(servePage({ folder: path.join(folder, 'none'), appConfig: {}, connectOrigins: [] }));
    const empty = createServer(app);
    const response = await fetch(await listening(empty), { headers: { accept: 'text/html' } });
    const text = await response.text();
    await closed(empty);

    expect([response.status, text]).toEqual([404, 'There is no such page.\n']);
  });
});
