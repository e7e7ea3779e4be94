import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLedgerClient } from './ledger-client.ts';
import { createLedgerClock } from './ledger-clock.ts';

/** Asks a server whose clock differs from ours by so much; what the ledger's clock says then, against ours. */
async function differenceAfterAsking(serverAheadMs: number): Promise<number> {
  const server = createServer((_request, response) => {
    response.setHeader('date', new Date(Date.now() + serverAheadMs).toUTCString());
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end('{"TableNames":[]}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = createLedgerClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    await client.send(new ListTablesCommand({}));
    return createLedgerClock(client, () => 0)().getTime();
  } finally {
    client.destroy();
    server.close();
  }
}

test('A clock that is an hour off goes by the ledger’s, to the second', async () => {
  expect(Math.abs((await differenceAfterAsking(3_600_000)) - 3_600_000)).toBeLessThan(5_000);
  expect(Math.abs((await differenceAfterAsking(-3_600_000)) + 3_600_000)).toBeLessThan(5_000);
});

test('A clock that is right to a few seconds is left alone', async () => {
  expect(await differenceAfterAsking(2_000)).toBe(0);
});
