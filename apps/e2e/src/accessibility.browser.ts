import type { Page } from 'playwright-core';
import {
  accessibleNodes,
  countOf,
  faintTexts,
  nameless,
  tabStops,
  unreached,
} from './test-support/accessibility.ts';
import {
  eventually,
  file,
  MINUTE,
  networkOf,
  openPage,
  RUN,
  UNLIMITED,
  useBrowser,
} from './test-support/browser.ts';
import { edfBytes, largeEdfBytes, patched } from './test-support/edf-bytes.ts';

/** Of the first signal, when there are three with that of the annotations. */
const PHYSICAL_MAX_OFFSET = 256 + 3 * (16 + 80 + 8 + 8);

const browser = useBrowser();
const name = `accessible-${RUN}.edf`;
let recording: string;

const ready = (page: Page) =>
  page
    .getByTestId('recording-row')
    .filter({ hasText: name })
    .getByTestId('recording-state')
    .filter({ hasText: 'ready' })
    .waitFor({ timeout: MINUTE });

beforeAll(async () => {
  const { context, page } = await openPage(browser());
  const written = edfBytes({
    variant: 'EDF+C',
    dataRecordCount: 60,
    annotations: (record) => (record === 5 ? [{ onsetSeconds: 5, text: 'EEG arousal' }] : []),
  });
  // A field that breaks the specification, so that the table of findings has a row.
  const bytes = patched(written, PHYSICAL_MAX_OFFSET, '3276,7  ');
  await page.getByTestId('file-input').setInputFiles(file(name, bytes));
  await ready(page);
  recording = await page.evaluate(
    (shown) =>
      [...document.querySelectorAll('a')].find(({ textContent }) => textContent?.includes(shown))!.pathname,
    name,
  );
  await context.close();
}, 2 * MINUTE);

const pages: [string, () => string, (page: Page) => Promise<unknown>][] = [
  ['the list', () => '/', (page) => ready(page)],
  [
    'the page that de-identifies',
    () => '/deidentify',
    (page) => page.getByTestId('deidentify-input').waitFor({ state: 'attached' }),
  ],
  ['an address that is none', () => '/nowhere', (page) => page.getByText('There is nothing here').waitFor()],
  [
    'a recording that is not there',
    () => `/recordings/rec_01${'A'.repeat(24)}`,
    (page) => page.getByRole('heading', { level: 1, name: 'There is no such recording' }).waitFor(),
  ],
  [
    'the traces',
    () => recording,
    (page) => page.getByTestId('view-status').filter({ hasText: 'µV/mm' }).waitFor(),
  ],
  ...['findings', 'signals', 'annotations', 'header', 'files'].map(
    (tab): [string, () => string, (page: Page) => Promise<unknown>] => [
      `the tab of ${tab}`,
      () => `${recording}?tab=${tab}`,
      (page) => page.locator(`#panel-${tab} :is(tbody tr, li, dl)`).first().waitFor(),
    ],
  ),
];

describe.each(pages)('%s', (_name, path, shown) => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openPage(browser(), path()));
    await shown(page);
  }, MINUTE);
  afterAll(() => page.context().close());

  it(
    'has one heading of the first level, its landmarks, and a name for all that is operated',
    async () => {
      const nodes = await accessibleNodes(page);
      expect(nodes.filter(({ role, level }) => role === 'heading' && level === 1)).toHaveLength(1);
      expect([countOf(nodes, 'main'), countOf(nodes, 'banner')]).toEqual([1, 1]);
      expect(nameless(nodes)).toEqual([]);
      expect(await page.title()).not.toBe('');
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
    },
    MINUTE,
  );

  it(
    'is reached by the Tab key as a whole, and shows where the focus is',
    async () => {
      const stops = await tabStops(page);
      expect(stops.length).toBeGreaterThan(1);
      expect(stops.filter(({ isFocusShown }) => !isFocusShown)).toEqual([]);
      expect(await unreached(page)).toEqual([]);
    },
    MINUTE,
  );

  it.each(['light', 'dark'] as const)(
    'can be read in %s colours',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      expect(await faintTexts(page)).toEqual([]);
    },
    MINUTE,
  );
});

it(
  'a page with each of these faults does not pass for one without',
  async () => {
    const { context, page } = await openPage(browser(), '/deidentify');
    await page.getByTestId('deidentify-input').waitFor({ state: 'attached' });
    await page.evaluate(() => {
      const main = document.querySelector('main')!;
      main.append(document.createElement('button'));
      const skipped = document.createElement('button');
      skipped.textContent = 'Skipped';
      skipped.tabIndex = -1;
      const faint = document.createElement('p');
      faint.textContent = 'Faint';
      faint.style.color = '#999';
      faint.style.background = '#fff';
      const unseen = document.createElement('button');
      unseen.textContent = 'Unseen';
      unseen.style.outline = 'none';
      main.append(skipped, faint, unseen);
    });
    expect(nameless(await accessibleNodes(page))).toEqual(['button']);
    const unseen = (await tabStops(page)).filter(({ isFocusShown }) => !isFocusShown);
    expect(unseen.map(({ control }) => control)).toEqual([expect.stringContaining('Unseen')]);
    expect(await unreached(page)).toEqual([expect.stringContaining('Skipped')]);
    expect(await faintTexts(page)).toEqual([expect.stringContaining('Faint')]);
    await context.close();
  },
  MINUTE,
);

it.each(['Escape', 'Enter'])('a dialog closed by %s gives the focus back to what opened it', async (key) => {
  const { context, page } = await openPage(browser(), recording);
  await page.getByTestId('view-status').filter({ hasText: 'µV/mm' }).waitFor();
  const opener = page.getByRole('button', { name: `Delete: ${name}` });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  // What does no harm has the focus first, so that Enter by mistake deletes nothing.
  expect(
    await dialog.getByRole('button', { name: 'Keep it' }).evaluate((each) => each === document.activeElement),
  ).toBe(true);
  await page.keyboard.press(key);
  await dialog.waitFor({ state: 'hidden' });
  expect(await opener.evaluate((each) => each === document.activeElement)).toBe(true);

  const canvas = page.getByTestId('traces-canvas');
  await canvas.focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await canvas.evaluate((each) => each === document.activeElement)).toBe(true);
  await context.close();
});

it('arrow keys move through the tabs, and the focus with them', async () => {
  const { context, page } = await openPage(browser(), `${recording}?tab=findings`);
  const selected = page.getByRole('tab', { selected: true });
  await selected.focus();
  await page.keyboard.press('ArrowRight');
  await selected.filter({ hasText: 'Signals' }).waitFor();
  expect(await selected.evaluate((each) => each === document.activeElement)).toBe(true);
  await context.close();
});

it(
  'how far uploads are is said to who does not see it, by a region that was there before',
  async () => {
    const { context, page } = await openPage(browser());
    await page.getByTestId('file-input').waitFor({ state: 'attached' });
    // Screen readers say what changes in a region, not what a new one holds.
    const region = page.getByTestId('upload-announcement');
    await region.waitFor({ state: 'attached' });
    expect(await region.getAttribute('role')).toBe('status');
    expect(await region.textContent()).toBe('');
    const same = await region.elementHandle();
    const network = await networkOf(page);
    await network.throttle(2_000_000);
    await page.getByTestId('file-input').setInputFiles(file(`said-${RUN}.edf`, largeEdfBytes(8)));
    await region.filter({ hasText: '0 of 1 uploads finished' }).waitFor({ timeout: MINUTE });
    const bar = page.getByRole('progressbar', { name: `Progress of said-${RUN}.edf` });
    await eventually(async () => Number(await bar.getAttribute('value')) > 0);
    expect(nameless(await accessibleNodes(page))).toEqual([]);
    expect(await faintTexts(page)).toEqual([]);
    await network.throttle(UNLIMITED);
    await region.filter({ hasText: '1 of 1 uploads finished' }).waitFor({ timeout: MINUTE });
    expect(await region.evaluate((now, before) => now === before, same)).toBe(true);
    await context.close();
  },
  2 * MINUTE,
);
