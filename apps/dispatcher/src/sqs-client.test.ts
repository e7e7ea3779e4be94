import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createSqsClient } from './sqs-client.ts';

describe('a long poll', () => {
  it('whose answer never comes ends in an error instead of waiting for ever', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const client = createSqsClient(
      0,
      {
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      },
      0.1,
    );

    await expect(
      client.send(new ReceiveMessageCommand({ QueueUrl: `${endpoint}/1/events` })),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    client.destroy();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
