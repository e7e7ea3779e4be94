import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireTap } from './wire-tap.ts';
import { startWireTap } from './wire-tap.ts';

let server: Server;
let tap: WireTap;
beforeEach(async () => {
  server = createServer((request, response) => request.resume().on('end', () => response.end('an answer')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  tap = await startWireTap((server.address() as AddressInfo).port);
});
afterEach(() => {
  tap.stop();
  server.closeAllConnections();
  server.close();
});

const ask = () =>
  fetch(`http://127.0.0.1:${tap.port}/a/path`, { method: 'POST', body: 'a body' }).then((answer) =>
    answer.text(),
  );

it('Both directions of a connection pass as they are, and are kept', async () => {
  expect(await ask()).toBe('an answer');

  expect(Buffer.concat(tap.requests()).toString()).toMatch(/^POST \/a\/path HTTP\/1\.1[^]*\r\n\r\na body$/);
  expect(Buffer.concat(tap.answers()).toString()).toMatch(/^HTTP\/1\.1 200 OK[^]*an answer/);
});

it('While it is away nobody gets through, and afterwards everybody does', async () => {
  await ask();
  tap.setAway(true);
  await expect(ask()).rejects.toThrow('fetch failed');
  tap.setAway(false);

  expect(await ask()).toBe('an answer');
});
