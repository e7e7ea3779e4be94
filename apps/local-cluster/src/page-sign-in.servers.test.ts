import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { bytesOf } from './chaos/chaos-recordings.ts';
import type { OwnLocalCluster } from './local-cluster.ts';
import { startLocalCluster } from './local-cluster.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const PAGE = fileURLToPath(new URL('../../web/build/index.html', import.meta.url));
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const MINUTE = 60_000;

const missing = existsSync(CHROMIUM)
  ? existsSync(PAGE)
    ? null
    : 'the page is not built (npm run build)'
  : `there is no Chromium at ${CHROMIUM} (CHROMIUM_PATH says where)`;
/** In CI a machine without them fails. */
const isTested = missing === null || Boolean(process.env.CI);
if (!isTested) console.warn(`NOT TESTED: signing in on the page, because ${missing}.`);
const testInBrowser = isTested ? test : test.skip;

let folder: string;
let cluster: OwnLocalCluster;
let browser: Browser;

beforeAll(async () => {
  if (!isTested) return;
  folder = mkdtempSync(path.join(tmpdir(), 'edf-page-sign-in-'));
  cluster = await startLocalCluster({ port: 0, gateways: 2, dispatchers: 1, processors: 1, folder });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}, 5 * MINUTE);
afterAll(async () => {
  await browser?.close();
  await cluster?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, MINUTE);

async function fillIn(page: Page, name: string, password: string): Promise<void> {
  await page.locator('input[name="username"]').fill(name);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('[type="submit"]').first().click();
}

testInBrowser(
  'A person signs in at the user pool’s own page, uploads a recording, and is still signed in after a reload',
  async () => {
    const password = await cluster.users.addUser({ name: 'ada', groups: ['tenant:acme', 'role:owner'] });
    const page = await browser.newPage();
    page.setDefaultTimeout(MINUTE);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/content security policy|trusted type/i.test(message.text())) complaints.push(message.text());
    });

    await page.goto(`${cluster.url}/`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('input[name="password"]').waitFor();
    expect(new URL(page.url()).origin).toBe(new URL(cluster.standIns.ministack.endpoint).origin);
    // The code is asked for with a challenge, and not with a secret.
    expect(new URL(page.url()).searchParams.get('code_challenge_method')).toBe('S256');

    await fillIn(page, 'ada', 'another password');
    await page.locator('input[name="password"]').waitFor();
    expect(new URL(page.url()).origin).not.toBe(cluster.url);

    await fillIn(page, 'ada', password);
    const input = page.getByTestId('file-input');
    await input.waitFor({ state: 'attached' });
    expect(new URL(page.url()).origin).toBe(cluster.url);
    expect(new URL(page.url()).searchParams.has('code')).toBe(false);

    const buffer = Buffer.from(bytesOf({ name: '', kind: 'plain', seed: 7 }));
    await input.setInputFiles({ name: 'night.edf', mimeType: 'application/octet-stream', buffer });
    const ready = page
      .getByTestId('recording-row')
      .filter({ hasText: 'night.edf' })
      .getByTestId('recording-state')
      .filter({ hasText: 'ready' });
    await ready.waitFor();
    await page.reload();
    await ready.waitFor();
    expect(complaints).toEqual([]);
  },
  6 * MINUTE,
);
