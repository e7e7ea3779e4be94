import { noUsage } from '@edf-pipeline/contracts';
import { commitResult } from './commit.ts';
import { countUse } from './count-use.ts';
import { createDynamodbLedgerStore } from './dynamodb/dynamodb-store.ts';
import type { TableServer } from './dynamodb/test-support/table-on-server.ts';
import { serverKinds, startTableServer } from './dynamodb/test-support/table-on-server.ts';
import { readJobUsage, readMonthUsage } from './read-usage.ts';
import { releaseRange } from './release.ts';
import { claimedAgain, created, jobNow, resultOf, running } from './test-support/scenes.ts';
import { createWorld } from './test-support/world.ts';

const used = { ...noUsage, cpuSeconds: 1.25, bytesRead: 10 };
const everything = {
  storedBytes: Infinity,
  openUploads: Infinity,
  uploadsToday: Infinity,
  waitingJobs: Infinity,
  runningJobs: Infinity,
};

describe.each(serverKinds)('usage and quotas, on %s', (kind) => {
  let server: TableServer;
  beforeAll(async () => {
    server = await startTableServer(kind);
  }, 90_000);
  afterAll(() => server.stop());

  it('add up and are counted as on every other store', async () => {
    const tableName = await server.makeTable(false);
    const world = createWorld(createDynamodbLedgerStore({ client: server.client, tableName }));
    const { lease, jobId, recordingId } = await running(world, { byteLength: 100 });
    await releaseRange(world.ledger, lease, undefined, used);
    const again = await claimedAgain(world, jobId);
    expect(await countUse(world.ledger, 'acme', everything)).toMatchObject({ runningJobs: 1 });
    await commitResult(world.ledger, again, recordingId, resultOf(again), undefined, used);
    await created(world, { byteLength: 20 });

    const rows = await readJobUsage(world.ledger, jobNow(world, jobId));
    expect(rows.map(({ outcome, usage }) => [outcome, usage])).toEqual([
      ['interrupted', used],
      ['succeeded', used],
    ]);
    expect(await readMonthUsage(world.ledger, 'acme', '2026-01')).toEqual([
      { day: '2026-01-01', attempts: 2, usage: { ...noUsage, cpuSeconds: 2.5, bytesRead: 20 } },
    ]);
    world.clock.advance(4 * 86_400);
    const summed = await readMonthUsage(world.ledger, 'acme', '2026-01');
    expect(await readMonthUsage(world.ledger, 'acme', '2026-01')).toEqual(summed);
    expect(await countUse(world.ledger, 'acme', everything)).toMatchObject({
      storedBytes: 120,
      openUploads: 1,
      uploadsToday: 0,
      waitingJobs: 0,
      runningJobs: 0,
    });
  }, 60_000);
});
