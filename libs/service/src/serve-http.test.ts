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
