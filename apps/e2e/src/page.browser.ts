import type { Page } from 'playwright-core';
import {
  coloursOf,
  eventually,
  file,
  MINUTE,
  RUN,
  useBrowser,
  onDisk,
  openPage,
  networkOf,
  UNLIMITED,
} from './test-support/browser.ts';
import { edfBytes, largeEdfBytes, signal } from './test-support/edf-bytes.ts';

const MiB = 1024 * 1024;
const browser = useBrowser();

describe('the page', () => {
  it(
    'takes a dropped file to its traces',
    async () => {
      const { context, page, complaints } = await openPage(browser());
      const bytes = edfBytes({
        variant: 'EDF+C',
        dataRecordCount: 60,
        annotations: (record) =>
          record === 5 ? [{ onsetSeconds: 5, durationSeconds: 3, text: 'EEG arousal' }] : [],
      });

      const transfer = await page.evaluateHandle(
        ([name, content]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(content)], name));
          return data;
        },
        [`dropped-${RUN}.edf`, [...bytes]] as const,
      );
      await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });

      const row = page.getByTestId('recording-row').filter({ hasText: `dropped-${RUN}` });
      await row.getByTestId('recording-state').filter({ hasText: 'ready' }).waitFor({ timeout: MINUTE });
      await row.getByRole('link').first().click();
      await page.getByTestId('view-status').filter({ hasText: 'µV/mm' }).waitFor();
      await eventually(async () => (await coloursOf(page, 'traces-canvas')) > 3);
      expect(complaints).toEqual([]);
      await context.close();
    },
    2 * MINUTE,
  );

  it(
    'shows what would leave of a recording before it leaves, and sends nothing else',
    async () => {
      const { context, page, complaints } = await openPage(browser());
      const sent: Buffer[] = [];
      page.on('request', (request) => {
        const body = request.method() === 'GET' ? null : request.postDataBuffer();
        if (body) sent.push(body);
      });
      const bytes = edfBytes({
        variant: 'EDF+C',
        dataRecordCount: 30,
        annotations: (record) =>
          record === 5 ? [{ onsetSeconds: 5, text: 'Lights off (Test Person)' }] : [],
      });
      await page.getByRole('link', { name: 'De-identify a recording first' }).click();
      const input = page.getByTestId('deidentify-input');
      await input.setInputFiles(file(`Test Person ${RUN}.edf`, bytes));
      const shown = page.getByRole('table', { name: 'Header' });
      await shown.getByRole('cell', { name: 'X F X Test_Person' }).waitFor({ timeout: MINUTE });
      await page.getByRole('cell', { name: 'Lights off (Test Person)' }).waitFor();
      await page.getByLabel('Keep the sex').check();
      await shown.getByRole('cell', { name: 'X F X X', exact: true }).waitFor();
      expect(sent).toEqual([]);

      await page.getByRole('button', { name: 'Write the de-identified file' }).click();
      const proof = page.getByTestId('deidentify-proof');
      await proof.getByText('none is in it').waitFor({ timeout: MINUTE });
      const name = await proof.getByRole('heading').textContent();
      expect(sent).toEqual([]);
      await proof.getByRole('button', { name: 'Upload it' }).click();
      const row = page.getByTestId('recording-row').filter({ hasText: name ?? 'nothing' });
      await row.getByTestId('recording-state').filter({ hasText: 'ready' }).waitFor({ timeout: MINUTE });

      const everything = Buffer.concat(sent).toString('latin1');
      expect(sent.some(({ length }) => length > bytes.length / 2)).toBe(true);
      expect(everything).not.toMatch(/test.?person/i);
      expect(complaints).toEqual([]);
      await context.close();
    },
    2 * MINUTE,
  );

  it(
    'moves through the recording by keys, and the address is the view',
    async () => {
      const { context, page } = await openPage(browser());
      await page
        .getByTestId('file-input')
        .setInputFiles(file(`keys-${RUN}.edf`, edfBytes({ dataRecordCount: 120 })));
      const row = page.getByTestId('recording-row').filter({ hasText: `keys-${RUN}` });
      await row.getByTestId('recording-state').filter({ hasText: 'ready' }).waitFor({ timeout: MINUTE });
      await row.getByRole('link').first().click();
      const status = page.getByTestId('view-status');
      // What follows is said to screen readers, a little later.
      const viewOf = async (each: Page) =>
        (await each.getByTestId('view-status').textContent())?.split('Page from')[0];
      await status.filter({ hasText: '10 s/page' }).waitFor();
      const before = await viewOf(page);

      await page.keyboard.press('PageDown');
      await eventually(async () => (await viewOf(page)) !== before);
      const after = await viewOf(page);
      await page.keyboard.press('+');
      await eventually(async () => (await viewOf(page)) !== after);
      const shown = await viewOf(page);
      await eventually(async () => page.url().includes('uV='));
      const shared = await context.newPage();
      await shared.goto(page.url());

      await eventually(async () => (await viewOf(shared)) === shown);
      await context.close();
    },
    2 * MINUTE,
  );

  it(
    'goes on with an upload after a reload, without sending again what has arrived',
    async () => {
      const { context, page } = await openPage(browser());
      const sent: number[] = [];
      const arrived: number[] = [];
      page.on('request', (request) => {
        const part = /partNumber=(\d+)/.exec(request.url())?.[1];
        if (request.method() === 'PUT' && part) sent.push(Number(part));
      });
      page.on('response', async (response) => {
        if (response.request().method() !== 'GET' || !response.url().endsWith('/parts')) return;
        const { parts } = (await response.json()) as { parts: { partNumber: number }[] };
        arrived.push(...parts.map(({ partNumber }) => partNumber));
      });
      const bytes = largeEdfBytes(140);
      const large = await onDisk(`large-${RUN}.edf`, bytes);
      const network = await networkOf(page);
      await network.throttle(8 * MiB);
      await page.getByTestId('file-input').setInputFiles(large);
      await eventually(async () => sent.length >= 6);

      await page.reload();
      sent.length = 0;
      await network.throttle(UNLIMITED);
      const row = page.getByTestId('upload-row').filter({ hasText: `large-${RUN}` });
      await row.filter({ hasText: 'Not finished' }).waitFor({ timeout: MINUTE });
      await row.locator('input[type=file]').setInputFiles(large);
      const state = page
        .getByTestId('recording-row')
        .filter({ hasText: `large-${RUN}` })
        .getByTestId('recording-state');
      await state.filter({ hasText: 'ready' }).waitFor({ timeout: 2 * MINUTE });

      expect(arrived.length).toBeGreaterThanOrEqual(2);
      expect(sent.filter((part) => arrived.includes(part))).toEqual([]);
      expect([...arrived, ...sent].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 9 }, (_, index) => index + 1),
      );
      await context.close();
    },
    5 * MINUTE,
  );

  it(
    'shows what is in labels, annotations and file names as text, never as markup',
    async () => {
      const { context, page, complaints } = await openPage(browser());
      const bytes = edfBytes({
        variant: 'EDF+C',
        signals: [signal('<img src=x>', 50), signal('"><script>1', 50)],
        annotations: (record) =>
          record === 0 ? [{ onsetSeconds: 0, text: '<img src=x onerror=alert(1)>' }] : [],
      });
      await page.getByTestId('file-input').setInputFiles(file(`<b onclick=alert(1)>name-${RUN}.edf`, bytes));
      const row = page.getByTestId('recording-row').filter({ hasText: `name-${RUN}` });
      await row.getByTestId('recording-state').filter({ hasText: 'ready' }).waitFor({ timeout: MINUTE });
      await row.getByRole('link').first().click();
      await page.getByTestId('tab-annotations').click();
      await page.getByTestId('annotation-row').filter({ hasText: '<img src=x onerror=alert(1)>' }).waitFor();
      await page.getByTestId('tab-signals').click();
      await page.getByText('<img src=x>').first().waitFor();

      expect(await page.locator('img[src=x]').count()).toBe(0);
      expect(complaints).toEqual([]);
      await context.close();
    },
    2 * MINUTE,
  );

  it(
    'refuses what is no EDF before a byte is sent, and says what it is',
    async () => {
      const { context, page } = await openPage(browser());
      const puts: string[] = [];
      page.on('request', (request) => request.method() === 'PUT' && puts.push(request.url()));

      await page
        .getByTestId('file-input')
        .setInputFiles(file('report.edf', Buffer.from('%PDF-1.7 '.padEnd(4096, 'x'))));
      const card = page.getByTestId('file-card').filter({ hasText: 'report.edf' });
      await card.filter({ hasText: /PDF/ }).waitFor({ timeout: MINUTE });

      expect(puts).toEqual([]);
      await context.close();
    },
    2 * MINUTE,
  );

  it(
    'deletes a recording when asked, and forgets it everywhere',
    async () => {
      const { context, page } = await openPage(browser());
      await page.getByTestId('file-input').setInputFiles(file(`to-delete-${RUN}.edf`, edfBytes()));
      const row = page.getByTestId('recording-row').filter({ hasText: `to-delete-${RUN}` });
      await row.getByTestId('recording-state').filter({ hasText: 'ready' }).waitFor({ timeout: MINUTE });

      await row.getByRole('button', { name: /delete/i }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /delete/i })
        .click();

      await row.waitFor({ state: 'detached', timeout: MINUTE });
      await page.reload();
      await page.getByTestId('drop-zone').waitFor();
      expect(await row.count()).toBe(0);
      await context.close();
    },
    2 * MINUTE,
  );
});
