import type { Page } from 'playwright-core';
import { target } from './config.ts';
import {
  file,
  MINUTE,
  RUN,
  useBrowser,
  networkOf,
  onDisk,
  openPage,
  UNLIMITED,
} from './test-support/browser.ts';
import { edfBytes, largeEdfBytes } from './test-support/edf-bytes.ts';

const MiB = 1024 * 1024;
const browser = useBrowser();

const recordingRow = (page: Page, name: string) =>
  page.getByTestId('recording-row').filter({ hasText: name });
const uploadRow = (page: Page, name: string) => page.getByTestId('upload-row').filter({ hasText: name });
const isSending = /B of \d/;
const inPhase = (page: Page, phase: string) => page.locator(`[data-phase=${phase}]`);

describe('tabs of one browser', () => {
  it(
    'are usable and live, eight of them at once, and after the first one was closed',
    async () => {
      const { context, page: first } = await openPage(browser());
      const others: Page[] = [];
      for (let tab = 2; tab <= 8; tab++) {
        const page = await context.newPage();
        await page.goto(target.url);
        await page.getByText('live', { exact: true }).waitFor({ timeout: MINUTE / 2 });
        others.push(page);
      }

      await first.getByTestId('file-input').setInputFiles(file(`eight-${RUN}.edf`, edfBytes()));
      for (const page of [first, ...others])
        await recordingRow(page, `eight-${RUN}`)
          .filter({ hasText: 'ready' })
          .waitFor({ timeout: MINUTE / 2 });

      await first.close();
      const again = file(`seven-${RUN}.edf`, edfBytes({ dataRecordCount: 7 }));
      await others[6]!.getByTestId('file-input').setInputFiles(again);
      for (const page of others)
        await recordingRow(page, `seven-${RUN}`)
          .filter({ hasText: 'ready' })
          .waitFor({ timeout: MINUTE / 2 });
      await context.close();
    },
    5 * MINUTE,
  );

  it(
    'leave a file to the one that uploads it, and find it at the server once it is there',
    async () => {
      const { context, page: sender } = await openPage(browser());
      const waiter = await context.newPage();
      await waiter.goto(target.url);
      const name = `both-${RUN}`;
      const large = await onDisk(`${name}.edf`, largeEdfBytes(40));
      const network = await networkOf(sender);
      await network.throttle(2 * MiB);
      await sender.getByTestId('file-input').setInputFiles(large);
      await uploadRow(sender, name).filter({ hasText: isSending }).waitFor({ timeout: MINUTE });
      await waiter.getByTestId('file-input').setInputFiles(large);
      await uploadRow(waiter, name).filter({ hasText: 'Another tab is uploading this file.' }).waitFor();

      await network.throttle(UNLIMITED);
      await uploadRow(waiter, name)
        .filter({ hasText: 'The same recording is here already.' })
        .waitFor({ timeout: MINUTE });
      await waiter.reload();
      await recordingRow(waiter, name).waitFor();
      expect(await waiter.getByTestId('upload-row').count()).toBe(0);
      await context.close();
    },
    3 * MINUTE,
  );
});

describe('an upload', () => {
  it(
    'that waits for the network goes on in its own tab when the network is back',
    async () => {
      const { context, page } = await openPage(browser());
      const name = `cut-${RUN}`;
      const network = await networkOf(page);
      await page.getByText('live', { exact: true }).waitFor();
      await network.cut();
      await page.getByTestId('file-input').setInputFiles(file(`${name}.edf`, edfBytes()));
      await uploadRow(page, name).and(inPhase(page, 'offline')).waitFor({ timeout: MINUTE });

      await network.throttle(UNLIMITED);
      await uploadRow(page, name).and(inPhase(page, 'done')).waitFor({ timeout: MINUTE });
      await recordingRow(page, name).filter({ hasText: 'ready' }).waitFor({ timeout: MINUTE });
      await context.close();
    },
    3 * MINUTE,
  );
});
