import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { serveHttp } from './serve-http.ts';

test('What runs when the service closes gets its time, then it is cut', async () => {
  const answering = Promise.withResolvers<void>();
  const service = await serveHttp(
    (_request, response) => {
      response.write('begun');
      answering.resolve();
    },
    0,
    '127.0.0.1',
  );
  const response = await fetch(`http://127.0.0.1:${service.port}/`);
  await answering.promise;

  await service.close(0.05);

  await expect(response.text()).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${service.port}/`)).rejects.toThrow();
});

const answerNothing: RequestListener = (_request, response) => void response.end();

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('A turn of the event loop takes several new connections', async () => {
  const COUNT = 64;
  const service = await serveHttp(answerNothing, 0, '127.0.0.1');
  let turns = 0;
  let counting = setImmediate(function count() {
    turns += 1;
    counting = setImmediate(count);
  });
  await Promise.all(
    Array.from({ length: COUNT }, async () => {
      const socket = connect(service.port, '127.0.0.1');
      socket.end('GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n');
      await once(socket, 'data');
      socket.destroy();
    }),
  );
  clearImmediate(counting);
  await service.close();

  // One socket takes at least as many turns as there are connections.
  expect(turns).toBeLessThan(COUNT / 2);
});

test('A port that is taken is refused', async () => {
  const holder = await serveHttp(answerNothing, 0, '127.0.0.1');

  await expect(serveHttp(answerNothing, holder.port, '127.0.0.1')).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });

  await holder.close();
});
