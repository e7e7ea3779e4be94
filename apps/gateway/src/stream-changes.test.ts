import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { changeSchema } from '@edf-pipeline/contracts';
import type { ChangeSignal } from './change-feed.ts';
import { edfFile } from './test-support/edf-file.ts';
import type { World, WorldOptions } from './test-support/world.ts';
import { announced, createWorld } from './test-support/world.ts';

/** A signal whose waits the test ends. */
function heldSignal(): ChangeSignal & { waiting: () => number; notify: () => void } {
  const waits = new Set<() => void>();
  return {
    waiting: () => waits.size,
    notify: () => [...waits].forEach((end) => end()),
    wait: (_seconds, signal) =>
      new Promise((resolve) => {
        const end = () => (waits.delete(end), resolve());
        waits.add(end);
        signal.addEventListener('abort', end, { once: true });
      }),
  };
}

interface Stream {
  readonly response: IncomingMessage;
  readonly text: () => string;
  /** Resolves when what has come satisfies `holds`. */
  until(holds: (text: string) => boolean): Promise<void>;
  readonly ended: Promise<void>;
  cut(): void;
}

async function streamOf(
  world: World,
  path = '/v1/events',
  headers: Record<string, string> = {},
  token?: string,
): Promise<Stream> {
  const authorization = `Bearer ${token ?? (await world.issuer.token())}`;
  let sent: ClientRequest | undefined;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent = httpRequest(
      world.url + path,
      { headers: { accept: 'text/event-stream', authorization, ...headers } },
      resolve,
    );
    sent.on('error', reject).end();
  });
  let text = '';
  response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  response.on('error', () => undefined);
  return {
    response,
    text: () => text,
    async until(holds) {
      while (!holds(text)) await new Promise((resolve) => response.once('data', resolve));
    },
    ended: new Promise((resolve) => response.once('close', () => resolve())),
    cut: () => sent?.destroy(),
  };
}

const eventsIn = (text: string) =>
  text.split('\n\n').flatMap((block) => {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    const id = /^id: (.*)$/m.exec(block)?.[1] ?? '';
    return data === undefined ? [] : [{ id, change: changeSchema.parse(JSON.parse(data)) }];
  });

const open: World[] = [];
const worldOf = async (options: WorldOptions = {}) => {
  const signal = heldSignal();
  const world = await createWorld({ changes: () => signal, ...options });
  open.push(world);
  return { world, signal };
};
afterEach(() => Promise.all(open.splice(0).map((world) => world.close())));

const turn = () => new Promise(setImmediate);

describe('the stream of changes', () => {
  it('begins with a cursor, and tells how soon to come back', async () => {
    const { world } = await worldOf();
    const stream = await streamOf(world);
    await stream.until((text) => text.includes('\n\n'));

    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(stream.text()).toMatch(/^retry: 3000\nid: [\w-]+\n\n$/);
  });

  it('tells each version of a change once, when it happens', async () => {
    const { world, signal } = await worldOf();
    const stream = await streamOf(world);
    const upload = await announced(world, edfFile());
    signal.notify();
    await stream.until((text) => eventsIn(text).length === 1);
    signal.notify();
    await world.ask('DELETE', `/v1/uploads/${upload.id}`);
    signal.notify();
    await stream.until((text) => eventsIn(text).length === 2);

    expect(
      eventsIn(stream.text()).map(({ change }) => [
        change.object.id,
        change.object.status,
        change.object.version,
      ]),
    ).toEqual([
      [upload.id, 'pending', 1],
      [upload.id, 'aborted', 2],
    ]);
  });

  it.each(['Last-Event-ID', 'after'])('goes on after the cursor in %s', async (where) => {
    const { world, signal } = await worldOf();
    const first = await streamOf(world);
    await announced(world, edfFile());
    world.clock.advance(1);
    const before = await announced(world, edfFile());
    signal.notify();
    await first.until((text) => eventsIn(text).length === 2);
    const cursor = eventsIn(first.text()).at(-1)?.id ?? '';
    first.cut();
    world.clock.advance(1);
    const missed = await announced(world, edfFile());
    const again =
      where === 'after'
        ? await streamOf(world, `/v1/events?after=${cursor}`)
        : await streamOf(world, '/v1/events', { 'last-event-id': cursor });
    await again.until((text) => eventsIn(text).some(({ change }) => change.object.id === missed.id));

    // What may have been overtaken is told again; versions let the client drop it.
    expect(eventsIn(again.text()).map(({ change }) => change.object.id)).toEqual([before.id, missed.id]);
  });

  it('refuses a cursor of another tenant in a problem document', async () => {
    const { world } = await worldOf();
    const stream = await streamOf(world);
    await stream.until((text) => text.includes('\n\n'));
    const cursor = /id: ([\w-]+)/.exec(stream.text())?.[1] ?? '';
    const other = await streamOf(
      world,
      `/v1/events?after=${cursor}`,
      {},
      await world.issuer.tokenFor('other'),
    );

    expect([other.response.statusCode, other.response.headers['content-type']]).toEqual([
      422,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('shows that it is alive every 15 seconds, and not with every look', async () => {
    const { world, signal } = await worldOf();
    const stream = await streamOf(world);
    for (let seconds = 0; seconds < 60; seconds += 2) {
      while (signal.waiting() === 0) await turn();
      world.clock.advance(2);
      signal.notify();
    }
    await stream.until((text) => text.split(': still here').length > 3);

    expect(stream.text().split(': still here').length - 1).toBe(3);
  });

  it('ends with the token that opened it', async () => {
    const { world } = await worldOf();
    const now = world.clock.now().getTime() / 1000;
    world.clock.advance(0.95);
    const stream = await streamOf(
      world,
      '/v1/events',
      {},
      await world.issuer.token({ claims: { exp: now + 1 } }),
    );
    await stream.ended;

    expect(stream.response.complete).toBe(true);
  });

  it('stops looking when the client has gone', async () => {
    const { world, signal } = await worldOf();
    const stream = await streamOf(world);
    while (signal.waiting() === 0) await turn();
    stream.cut();
    while (signal.waiting() > 0) await turn();

    expect(world.log()).toBe('');
  });

  it('that breaks in the middle is noted and cut, so that the client comes back', async () => {
    let isBroken = false;
    const { world, signal } = await worldOf({
      ledgerStore: (store) => ({
        ...store,
        query: (query) => (isBroken ? Promise.reject(new Error('broken query')) : store.query(query)),
      }),
    });
    const stream = await streamOf(world);
    while (signal.waiting() === 0) await turn();
    isBroken = true;
    signal.notify();
    await stream.ended;

    expect(stream.response.complete).toBe(false);
    expect(world.log()).toContain('A request failed on our side');
    expect(stream.text()).not.toContain('broken');
  });

  it('waits for a reader that does not read, instead of keeping for it what it has not taken', async () => {
    let told = 0;
    const { world } = await worldOf({
      ledgerStore: (store) => ({
        ...store,
        // A feed without end: each look finds one upload, newer than before.
        query: async (query) => {
          if (query.index !== 'changed') return store.query(query);
          const [item] = await store.query({ ...query, from: undefined, before: undefined });
          const at = new Date(Date.parse('2026-03-01T12:00:00Z') + ++told).toISOString();
          return item
            ? Array.from({ length: 200 }, () => ({
                ...item,
                indexes: { changed: { partition: 'CHANGED#acme', sort: `${at}#${told}` } },
              }))
            : [];
        },
        get: async (key) => {
          const item = await store.get(key);
          return item && key.sk === 'UPL' ? { ...item, version: ++told } : item;
        },
      }),
    });
    await announced(world, edfFile(), { fileName: 'x'.repeat(255) });
    const stream = await streamOf(world);
    stream.response.pause();
    let before = -1;
    // It has come to rest when nothing was told in many turns of the loop.
    for (let still = 0; still < 200; still = told === before ? still + 1 : 0) {
      before = told;
      await turn();
    }
    const atRest = told;
    stream.response.resume();
    while (told < atRest + 1_000) await turn();
    stream.cut();

    expect(atRest).toBeGreaterThan(0);
    expect(atRest).toBeLessThan(100_000);
  });
});
