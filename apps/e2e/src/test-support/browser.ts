import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { chromiumPath, target } from '../config.ts';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const MINUTE = 60_000;
/** The instance may have been tested before: part of the names of a run's files. */
export const RUN = Date.now().toString(36);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: flags });
}

/** One browser for the tests of a file. */
export function useBrowser(): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, MINUTE);
  afterAll(() => browser.close());
  return () => browser;
}

export interface WatchedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What must not happen: script errors, refusals of the content security policy, dialogs nobody asked for. */
  readonly complaints: string[];
}

/** A page of the product in a context of its own. */
export async function openPage(browser: Browser, path = '/'): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy|trusted type/i.test(message.text())) complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') complaints.push(`dialog: ${dialog.message()}`);
    void dialog.accept();
  });
  await page.goto(target.url + path);
  return { context, page, complaints };
}

/** How many different colours a canvas shows: one when nothing has been drawn. */
export function coloursOf(page: Page, testId: string): Promise<number> {
  return page.getByTestId(testId).evaluate((element) => {
    const canvas = element instanceof HTMLCanvasElement ? element : element.querySelector('canvas');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    if (!pixels) return 0;
    const seen = new Set<number>();
    for (let at = 0; at < pixels.length; at += 4)
      seen.add((pixels[at] ?? 0) * 65_536 + (pixels[at + 1] ?? 0) * 256 + (pixels[at + 2] ?? 0));
    return seen.size;
  });
}

/** A file as `setInputFiles` takes it. */
export function file(name: string, buffer: Buffer) {
  return { name, mimeType: 'application/octet-stream', buffer };
}

/** A file that tabs can choose: the same one each time, with one moment of change. */
export async function onDisk(name: string, bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'edf-browser-'));
  const place = path.join(folder, name);
  await writeFile(place, bytes);
  return place;
}

/** For `throttle`. */
export const UNLIMITED = -1;

/** The network of one page. */
export interface Network {
  /** @param bytesPerSecond of what is sent; ends a cut */
  throttle(bytesPerSecond: number): Promise<unknown>;
  cut(): Promise<unknown>;
}

/** To make the network of a page slow, or cut it. */
export async function networkOf(page: Page): Promise<Network> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const emulate = (offline: boolean, uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  return {
    throttle: (bytesPerSecond: number) => emulate(false, bytesPerSecond),
    cut: () => emulate(true, UNLIMITED),
  };
}

/** Asks again and again until it is so. @throws Error after a minute */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('it did not come true within a minute');
    await delay(100);
  }
}
