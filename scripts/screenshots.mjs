// `npm run screenshots`: makes the pictures of the README from a fresh instance with the sample night.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium, findChromium } from './chromium.mjs';
import { startInstance } from './instance.mjs';
import { ensureInstalled, ensurePage, root } from './toolchain.mjs';

ensureInstalled();
ensurePage();
const missing = ensureChromium();
if (missing) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}
const { chromium } = await import('playwright-core');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'edf-pipeline-screenshots-'));
const instance = await startInstance(scratch, { args: [] });
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const browser = await chromium.launch({ executablePath: findChromium(), args: flags });
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
  const picture = (name) => page.screenshot({ path: path.join(root, 'docs', 'images', `${name}.png`) });
  await page.goto(instance.url);
  const row = page.getByTestId('recording-row').filter({ hasText: 'sample' });
  await row.getByTestId('recording-state').filter({ hasText: 'ready' }).waitFor({ timeout: 120_000 });
  await picture('recordings');
  await row.getByRole('link').first().click();
  const canvas = page.locator('[data-testid=traces-canvas][data-state=raw]');
  await canvas.waitFor();
  await page.getByPlaceholder('02:13:05').fill('01:12:00');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(1_500);
  await picture('traces');
  for (const tab of ['findings', 'signals', 'annotations']) {
    await page.getByTestId(`tab-${tab}`).click();
    await page.waitForTimeout(500);
    await picture(tab);
  }
} finally {
  await browser.close();
  await instance.stop();
  rmSync(scratch, { recursive: true, force: true });
}
