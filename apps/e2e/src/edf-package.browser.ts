import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type * as Edf from '@edf-pipeline/edf';
import type { Browser } from 'playwright-core';
import { MINUTE, launchBrowser } from './test-support/browser.ts';
import { edfBytes } from './test-support/edf-bytes.ts';

const builder = path.join(import.meta.dirname, '../../../scripts/build-edf-package.mjs');
/** Compiling WebAssembly is not among what this allows. */
const strictPolicy = "default-src 'none'; script-src 'self'";

// Samples are random: one recording for both pages.
const bytes = edfBytes({ variant: 'EDF+C', dataRecordCount: 5 });

let browser: Browser;
let folder: string;
let server: Server;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'edf-package-'));
  await promisify(execFile)(process.execPath, [builder, folder]);
  server = createServer((request, response) => void answer(request.url ?? '/').then((it) => it(response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
}, 2 * MINUTE);
afterAll(async () => {
  await browser.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** An empty page, with the strict policy or without, and the files of the package. */
async function answer(url: string) {
  const { pathname } = new URL(url, 'http://127.0.0.1');
  const isScript = pathname.endsWith('.js');
  const body = isScript
    ? await readFile(path.join(folder, 'package', path.normalize(pathname)))
    : '<!doctype html>';
  const type = isScript ? 'text/javascript' : 'text/html';
  const policy = pathname === '/strict' ? { 'content-security-policy': strictPolicy } : {};
  return (response: ServerResponse) => response.writeHead(200, { 'content-type': type, ...policy }).end(body);
}

/** Opens, checks and decodes a recording inside the page. */
async function useIn(place: string) {
  const page = await browser.newPage();
  await page.goto(`${address}/${place}`);
  const used = await page.evaluate(
    async ([entry, content]) => {
      const edf = (await import(entry)) as typeof Edf;
      const source = edf.byteSourceFromBlob(new Blob([Uint8Array.from(content)]));
      const recording = await edf.openEdf(source);
      const { readable, findings } = await edf.checkEdf(source);
      const kernels = await edf.loadKernels();
      const decoder = await edf.createSampleDecoder(recording, { kernels });
      let sum = 0;
      for await (const block of decoder.blocks()) {
        for (const value of block.physicalFloat32(0)) sum += value;
        block.measure(0);
      }
      const { count, sum: digitalSum } = decoder.statistics(0);
      return {
        variant: recording.header.variant,
        readable,
        errors: findings.filter(({ severity }) => severity === 'error').length,
        isWebAssembly: kernels.memory instanceof WebAssembly.Memory,
        numbers: [count, String(digitalSum), sum],
      };
    },
    [`${address}/dist/index.js`, [...bytes]] as const,
  );
  await page.close();
  return used;
}

describe('the packed libs/edf', () => {
  it(
    'opens, checks and reads in a browser: with WebAssembly, and the same numbers where it is forbidden',
    async () => {
      const free = await useIn('free');
      const strict = await useIn('strict');
      expect(free).toMatchObject({ variant: 'EDF+C', readable: true, errors: 0, isWebAssembly: true });
      expect(strict).toMatchObject({ variant: 'EDF+C', readable: true, errors: 0, isWebAssembly: false });
      expect(strict.numbers).toEqual(free.numbers);
      expect(free.numbers[0]).toBeGreaterThan(0);
    },
    MINUTE,
  );
});
