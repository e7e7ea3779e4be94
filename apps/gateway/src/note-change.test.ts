import type { LedgerStore, Write } from '@edf-pipeline/ledger';
import { edfFile } from './test-support/edf-file.ts';
import type { Ask, World } from './test-support/world.ts';
import { announced, audited, createWorld, newKey, uploaded } from './test-support/world.ts';

interface Change {
  readonly action: string;
  /** Makes what is there to be changed; answers the request that changes it. */
  prepare(world: World): Promise<[method: string, path: string, options?: Ask]>;
}

const webhook = { url: 'http://127.0.0.1:9/edf', events: ['job.succeeded'] };
const makeWebhook = (world: World): Promise<string> =>
  world.ask('POST', '/v1/webhooks', { headers: newKey(), body: webhook }).then(({ body }) => String(body.id));

const changes: Change[] = [
  {
    action: 'upload.create',
    prepare: async () => [
      'POST',
      '/v1/uploads',
      { headers: newKey(), body: { fileName: 'night.edf', byteLength: 1_000 } },
    ],
  },
  {
    action: 'upload.abort',
    prepare: async (world) => ['DELETE', `/v1/uploads/${(await announced(world, edfFile())).id}`],
  },
  {
    action: 'recording.delete',
    prepare: async (world) => ['DELETE', `/v1/recordings/${(await uploaded(world)).recordingId}`],
  },
  {
    action: 'job.cancel',
    prepare: async (world) => ['POST', `/v1/jobs/${(await uploaded(world)).jobId}/cancel`],
  },
  {
    action: 'job.retry',
    async prepare(world) {
      const { jobId } = await uploaded(world);
      await world.ask('POST', `/v1/jobs/${jobId}/cancel`);
      return ['POST', `/v1/jobs/${jobId}/retry`];
    },
  },
  {
    action: 'webhook.create',
    prepare: async () => ['POST', '/v1/webhooks', { headers: newKey(), body: webhook }],
  },
  ...['rotate-secret', 'enable', 'test'].map((what): Change => ({
    action: `webhook.${what}`,
    prepare: async (world) => ['POST', `/v1/webhooks/${await makeWebhook(world)}/${what}`],
  })),
  {
    action: 'webhook.delete',
    prepare: async (world) => ['DELETE', `/v1/webhooks/${await makeWebhook(world)}`],
  },
];

const isAudit = (write: Write) =>
  write.kind === 'put' && (write.item.data as { kind: string }).kind === 'audit';

describe.each(changes)('$action', ({ action, prepare }) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  it('does not happen when it cannot be noted', async () => {
    const request = await prepare(world);
    const written: Write[] = [];
    replaceWrite(world, (write) => async (writes, signal) => {
      if (writes.some(isAudit)) throw new Error('no audit');
      written.push(...writes);
      return write(writes, signal);
    });

    expect((await world.ask(...request)).status).toBe(500);
    expect(written).toEqual([]);
  });

  it('is noted also when its client has hung up before it happens', async () => {
    const [method, path, options] = await prepare(world);
    const client = new AbortController();
    replaceWrite(world, (write) => async (writes, signal) => {
      client.abort();
      if (signal) await gone(signal);
      // What is told to stop may have happened all the same; the note is what must not be stopped.
      if (writes.some(isAudit)) signal?.throwIfAborted();
      return write(writes);
    });
    await world.ask(method, path, { ...options, signal: client.signal }).catch(() => undefined);

    expect((await audited(world)).map((entry) => entry.action)).toContain(action);
  });
});

function replaceWrite(world: World, make: (write: LedgerStore['write']) => LedgerStore['write']): void {
  const { store } = world.ledger;
  Object.assign(store, { write: make(store.write.bind(store)) });
}

/** Resolves when the gateway has noticed that its client is gone. */
const gone = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
