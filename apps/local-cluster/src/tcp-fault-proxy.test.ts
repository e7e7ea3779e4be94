import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Harm, TcpFaultProxy } from './tcp-fault-proxy.ts';
import { startTcpFaultProxy } from './tcp-fault-proxy.ts';

const BODY = 'x'.repeat(10_000);
const disposals: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose();
});

/** A server that answers each request with its body and ours, behind a proxy that does this harm to each connection. */
async function startBehind(harm: Harm | null) {
  const arrived: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      arrived.push(body);
      response.end(`${body}${BODY}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startTcpFaultProxy({
    upstreamPort: (server.address() as AddressInfo).port,
    harmFor: () => harm,
  });
  disposals.push(() => {
    server.closeAllConnections();
    server.close();
  });
  disposals.push(() => proxy.stop());
  return { proxy, arrived };
}

/** What came back, or that nothing whole did. */
async function ask({ port }: TcpFaultProxy, body = 'question'): Promise<string> {
  const url = `http://127.0.0.1:${port}`;
  try {
    return await (await fetch(url, { method: 'POST', body, headers: { connection: 'close' } })).text();
  } catch {
    return 'broken';
  }
}

test('Without harm everything passes in both directions, however long', async () => {
  const { proxy, arrived } = await startBehind(null);
  const long = 'y'.repeat(3_000_000);

  expect(await ask(proxy, long)).toBe(`${long}${BODY}`);
  expect(arrived).toEqual([long]);
  expect(proxy.harmCounts()).toEqual({});
});

test('A refused connection reaches no server', async () => {
  const { proxy, arrived } = await startBehind({ kind: 'refuse' });

  expect(await ask(proxy)).toBe('broken');
  expect(arrived).toEqual([]);
  expect(proxy.harmCounts()).toEqual({ refuse: 1 });
});

test('A request that is cut never arrives whole', async () => {
  const { proxy, arrived } = await startBehind({ kind: 'cut-request', afterBytes: 50 });

  expect(await ask(proxy)).toBe('broken');
  expect(arrived).toEqual([]);
  expect(proxy.harmCounts()).toEqual({ 'cut-request': 1 });
});

test('A lost answer is one to a request that was carried out', async () => {
  const { proxy, arrived } = await startBehind({ kind: 'lose-answer', afterBytes: 1 });

  expect(await ask(proxy)).toBe('broken');
  expect(arrived).toEqual(['question']);
  expect(proxy.harmCounts()).toEqual({ 'lose-answer': 1 });
});

test('An answer that is cut begins and does not end', async () => {
  const { proxy, arrived } = await startBehind({ kind: 'cut-answer', afterBytes: 5_000 });

  expect(await ask(proxy)).toBe('broken');
  expect(arrived).toEqual(['question']);
  expect(proxy.harmCounts()).toEqual({ 'cut-answer': 1 });
});

test('What is stalled or delayed comes whole, later', async () => {
  for (const harm of [
    { kind: 'stall', afterBytes: 1, seconds: 0.2 },
    { kind: 'delay', milliseconds: 100 },
  ] as const) {
    const { proxy } = await startBehind(harm);
    const begunAt = performance.now();

    expect(await ask(proxy)).toBe(`question${BODY}`);
    expect(performance.now() - begunAt).toBeGreaterThan(190);
    expect(proxy.harmCounts()).toEqual({ [harm.kind]: 1 });
  }
});

test('All connections can be cut at once', async () => {
  const { proxy } = await startBehind({ kind: 'stall', afterBytes: 1, seconds: 60 });
  const asking = ask(proxy);
  while (proxy.harmCounts().stall === undefined) await new Promise((resolve) => setImmediate(resolve));
  proxy.cutAll();

  expect(await asking).toBe('broken');
});
