import { randomBytes } from 'node:crypto';
import { admitJobs } from '../admit.ts';
import { claimRange } from '../claim.ts';
import { commitResult } from '../commit.ts';
import { heartbeat } from '../heartbeat.ts';
import { ledgerStoreContract } from '../ledger-store.contract.ts';
import type { Item, LedgerStore, Write } from '../ledger-store.ts';
import { StoreUnavailable } from '../ledger-store.ts';
import { relayOutbox } from '../outbox.ts';
import { changedSince, listJobs, listUploads, readJob } from '../read.ts';
import { sweepDue } from '../sweep-due.ts';
import { createActors, verbs } from '../test-support/actors.ts';
import { seededRandom } from '../test-support/random.ts';
import {
  accepted,
  claimed,
  created,
  dispatched,
  jobNow,
  resultOf,
  sendBytes,
} from '../test-support/scenes.ts';
import { createWorld } from '../test-support/world.ts';
import { finalizeUpload } from '../finalize-upload.ts';
import { touchUpload } from '../touch-upload.ts';
import { createDynamodbLedgerStore } from './dynamodb-store.ts';
import { createLossyClient, noLosses } from './test-support/lossy-client.ts';
import { createLossyWorld } from './test-support/lossy-world.ts';
import { serverKinds, startTableServer } from './test-support/table-on-server.ts';
import type { TableServer } from './test-support/table-on-server.ts';

/** Text that no packing makes much shorter: six bits a character. */
const noise = (length: number) => randomBytes((length * 3) / 4).toString('base64');
const progress = { stage: 'analysing', doneBytes: 10, totalBytes: 70_000_000 } as const;

describe.each(serverKinds)('on %s', (kind) => {
  let server: TableServer;
  beforeAll(async () => {
    server = await startTableServer(kind);
  }, 90_000);
  afterAll(() => server.stop());

  const makeStore = async (): Promise<LedgerStore> =>
    createDynamodbLedgerStore({ client: server.client, tableName: await server.makeTable(false) });

  describe('the store', () => {
    let tableName: string;
    beforeAll(async () => {
      tableName = await server.makeTable();
    });

    ledgerStoreContract(kind, async () => ({
      store: createDynamodbLedgerStore({ client: server.client, tableName }),
      dispose: async () => {},
    }));

    it('reads through the pages that 1 MB makes, either way', async () => {
      const store = createDynamodbLedgerStore({ client: server.client, tableName });
      const sks = Array.from({ length: 9 }, (_, at) => `I${at}`);
      for (const sk of sks) {
        const indexes = { list: { partition: 'pages#list', sort: sk } };
        const item: Item = { pk: 'pages', sk, version: 1, writer: 'w', indexes, data: noise(400_000) };
        await store.write([{ kind: 'put', item, expect: 'absent' }]);
      }
      for (const index of ['primary', 'list'] as const) {
        const query = { index, partition: index === 'primary' ? 'pages' : 'pages#list', limit: 100 };
        expect((await store.query(query)).map(({ sk }) => sk)).toEqual(sks);
        const last = await store.query({ ...query, descending: true, limit: 7 });
        expect(last.map(({ sk }) => sk)).toEqual(sks.toReversed().slice(0, 7));
      }
    });

    it('keeps what is as large as it may be', async () => {
      const store = createDynamodbLedgerStore({ client: server.client, tableName });
      const item: Item = { pk: 'large', sk: 'A', version: 1, writer: 'w', indexes: {}, data: noise(540_000) };
      await store.write([{ kind: 'put', item, expect: 'absent' }]);
      expect(await store.get(item)).toEqual(item);
    });

    it('keeps numbers however large or small, and none is refused', async () => {
      const store = createDynamodbLedgerStore({ client: server.client, tableName });
      const data = { numbers: [9e15, 1e21, 1.5e-7, 9e99, -9e300, 5e-324] };
      const other = { numbers: [0.1, 1 / 3, 1e17, 123456789.123456] };
      for (const [sk, each] of Object.entries({ A: data, B: other })) {
        const item: Item = { pk: 'numbers', sk, version: 1, writer: 'w', indexes: {}, data: each };
        await store.write([{ kind: 'put', item, expect: 'absent' }]);
        expect((await store.get(item))?.data).toEqual(each);
      }
    });

    it('takes what a lost response left behind for its own, and not for somebody else’s', async () => {
      const lossy = createLossyClient(server.client, () => 0);
      const store = createDynamodbLedgerStore({ client: lossy.client, tableName });
      const itemOf = (sk: string): Item => ({
        pk: 'lost',
        sk,
        version: 1,
        writer: 'w',
        indexes: {},
        data: {},
      });
      const create = (sk: string): Write => ({ kind: 'put', item: itemOf(sk), expect: 'absent' });
      lossy.losses = { ...lossy.losses, lostResponse: 1 };
      await expect(store.write([create('A')])).rejects.toBeInstanceOf(StoreUnavailable);
      lossy.losses = { ...lossy.losses, lostResponse: 0 };
      expect(await store.get(itemOf('A'))).toEqual(itemOf('A'));
      await expect(store.write([create('A')])).rejects.toMatchObject({ code: 'write-conflict' });
    });

    it('carries out a transaction once when its responses are lost', async () => {
      let isLost = true;
      const lossy = createLossyClient(server.client, () => (isLost ? 0 : 1));
      lossy.losses = { ...lossy.losses, lostResponse: 0.5 };
      const sleep = async () => {
        isLost = false;
      };
      const store = createDynamodbLedgerStore({ client: lossy.client, tableName, sleep });
      const itemOf = (sk: string): Item => ({
        pk: 'token',
        sk,
        version: 1,
        writer: 'w',
        indexes: {},
        data: {},
      });
      await store.write(['A', 'B'].map((sk) => ({ kind: 'put', item: itemOf(sk), expect: 'absent' })));
      expect(lossy.count).toBe(1);
      expect(await store.query({ index: 'primary', partition: 'token', limit: 9 })).toHaveLength(2);
    });
  });

  it('a recording lives its life, and every reader sees it', async () => {
    const world = createWorld(await makeStore());
    const { ledger, clock } = world;
    const upload = await created(world, { byteLength: 70_000_000 });
    clock.advance(5);
    await touchUpload(ledger, 'acme', upload.id);
    expect((await listUploads(ledger, 'acme', 'open', { limit: 9 })).rows).toHaveLength(1);
    sendBytes(world, upload);
    await finalizeUpload(world.deps, 'acme', upload.id, true);
    expect((await listUploads(ledger, 'acme', 'open', { limit: 9 })).rows).toHaveLength(0);
    const [work] = await admitJobs(ledger, 'small', 5);
    if (!work) throw new Error('nothing was admitted');
    const lease = await claimed(world, work);
    clock.advance(10);
    expect(await heartbeat(ledger, lease, progress)).toBe('held');
    expect((await listJobs(ledger, 'acme', 'running', { limit: 9 })).rows).toHaveLength(1);
    expect(await commitResult(ledger, lease, upload.recordingId, resultOf(lease))).toBe('committed');
    expect(await readJob(ledger, 'acme', upload.jobId)).toMatchObject({ row: { status: 'succeeded' } });
    const told: string[] = [];
    await relayOutbox(ledger, async ({ type }) => void told.push(type));
    expect(told.sort()).toEqual(['job.succeeded', 'upload.completed']);
    const changed = await changedSince(ledger, 'acme', '', 9);
    expect(new Set(changed.map(({ kind: what }) => what))).toEqual(new Set(['upload', 'recording', 'job']));
    clock.advance(86_400);
    expect(await sweepDue(world.deps)).toBe(0);
    world.store.assertRules();
  });

  it('one of 50 workers that claim at once gets the work, time after time', async () => {
    const world = createWorld(await makeStore());
    for (let round = 0; round < 3; round++) {
      const { work, jobId } = await dispatched(world);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          claimRange(world.ledger, { ...work, range: 0 }, `worker-${at}`),
        ),
      );
      const won = answers.filter(({ outcome }) => outcome === 'claimed');
      expect(won).toHaveLength(1);
      expect(answers.filter((each) => each.outcome === 'refused' && each.reason === 'taken')).toHaveLength(
        49,
      );
      expect(jobNow(world, jobId).history.filter(({ what }) => what === 'claimed')).toHaveLength(1);
    }
  });

  it('ten dispatchers that admit at once hand each job out once', async () => {
    const world = createWorld(await makeStore());
    for (let count = 0; count < 12; count++) await accepted(world);
    const admitted = await Promise.all(
      Array.from({ length: 10 }, () => admitJobs(world.ledger, 'small', 12)),
    );
    const ids = admitted.flat().map(({ jobId }) => jobId);
    expect([ids.length, new Set(ids).size]).toEqual([12, 12]);
  });

  it.each([1, 2])(
    'a random schedule keeps every rule and comes to its end while requests and responses are lost (seed %d)',
    async (seed) => {
      const { world, lossy } = createLossyWorld(server.client, await server.makeTable(false), seed);
      const random = seededRandom(seed);
      lossy.losses = { lostRequest: 0.03, lostResponse: 0.05, throttled: 0.1, transactionConflict: 0.05 };
      const actors = createActors(world);
      for (let step = 0; step < 100; step++) {
        await Promise.all(
          ([0, 1] as const).map((actor) => {
            const verb = verbs[Math.floor(random() * verbs.length)] ?? 'sweep';
            return actors.take({ actor, verb, pick: Math.floor(random() * 1_000) });
          }),
        );
      }
      lossy.losses = noLosses;
      await actors.settle();
      world.store.assertRules();
      const jobs = world.store.rows('job');
      expect(jobs.length).toBeGreaterThan(1);
      expect(new Set(jobs.map(({ phase }) => phase))).toEqual(new Set(['done']));
      expect(world.store.announced.filter(({ id }) => !actors.told.has(id))).toEqual([]);
      expect(lossy.count).toBeGreaterThan(100);
    },
    120_000,
  );

  it('a server that stands still is known as such in time, and used again when it goes on', async () => {
    const tableName = await server.makeTable();
    const limits = {
      requestMs: 200,
      firstRequestMs: 200,
      budgetMs: 600,
      firstWaitMs: 10,
      longestWaitMs: 100,
    };
    const store = createDynamodbLedgerStore({ client: server.client, tableName, limits });
    server.signal('SIGSTOP');
    try {
      // The signal needs its time to stop every thread of the server.
      let outcome: unknown = null;
      let start = 0;
      while (outcome === null) {
        start = performance.now();
        outcome = await store.get({ pk: 'P', sk: 'A' }).catch((error: unknown) => error);
      }
      expect(outcome).toBeInstanceOf(StoreUnavailable);
      expect(performance.now() - start).toBeLessThan(2_000);
    } finally {
      server.signal('SIGCONT');
    }
    expect(await store.get({ pk: 'P', sk: 'A' })).toBeNull();
  });
});
