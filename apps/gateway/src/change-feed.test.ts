import type { Change } from '@edf-pipeline/contracts';
import { changePageSchema } from '@edf-pipeline/contracts';
import type { Ledger } from '@edf-pipeline/ledger';
import { createUpload, touchUpload } from '@edf-pipeline/ledger';
import { pollChanges, readChanges, startOf } from './change-feed.ts';
import type { FeedPlace } from './feed-place.ts';
import { edfFile } from './test-support/edf-file.ts';
import type { World, WorldOptions } from './test-support/world.ts';
import { announced, createWorld, processed, uploaded } from './test-support/world.ts';

const open: World[] = [];
const worldOf = async (options?: WorldOptions) => {
  const world = await createWorld(options);
  open.push(world);
  return world;
};
afterEach(() => Promise.all(open.splice(0).map((world) => world.close())));

const begun = (world: World, after?: string) =>
  startOf(world.deps, 'acme', after, new AbortController().signal);

/** What a reader of the stream is told until nothing more has changed. */
async function told(
  world: World,
  start: FeedPlace,
): Promise<{ changes: Change[]; cursor: string | undefined }> {
  const changes: Change[] = [];
  let cursor: string | undefined;
  for await (const each of readChanges(world.deps, 'acme', start, new AbortController().signal)) {
    if (each === 'idle') break;
    changes.push(each.change);
    cursor = each.cursor;
  }
  return { changes, cursor };
}

const poll = async (world: World, query = '') =>
  changePageSchema.parse((await world.ask('GET', `/v1/events${query}`)).body);
const idsOf = (changes: readonly Change[]) => changes.map(({ object }) => object.id);

/** Uploads of one instant, as many as asked. */
async function createdAtOnce(ledger: Ledger, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const text = String(number).padStart(16, '0');
    await createUpload(ledger, {
      tenant: 'acme',
      uploadId: `upl_01JABCDEFG${text}`,
      keyHash: text,
      requestHash: text,
      sealedFileName: 'sealed',
      byteLength: 1,
      declaredContentId: null,
      partByteLength: 1,
      partCount: 1,
      multipartId: null,
      pipeline: 'default@1',
      preflight: null,
    });
  }
}

describe('a reader of the changes', () => {
  it('is told the present state of all that changed since it began', async () => {
    const world = await worldOf();
    const start = await begun(world);
    const upload = await uploaded(world);
    const { changes } = await told(world, start);

    expect(new Set(idsOf(changes))).toEqual(new Set([upload.id, upload.recordingId, upload.jobId]));
    expect(changes.find(({ type }) => type === 'upload')?.object).toEqual(
      (await world.ask('GET', `/v1/uploads/${upload.id}`)).body,
    );
  });

  it('that stays is told every later version once, and nothing twice', async () => {
    const world = await worldOf();
    const signal = new AbortController().signal;
    const reader = readChanges(world.deps, 'acme', await begun(world), signal);
    const upload = await announced(world, edfFile());
    const versions: number[] = [];
    for (let round = 0; round < 5; round++) {
      // Twice through: what was told before lies within the time in which late writes are looked for.
      for (let idle = 0; idle < 2;) {
        const { value } = await reader.next();
        if (value === 'idle') idle += 1;
        else if (value) versions.push(value.change.object.version);
      }
      world.clock.advance(400);
      await touchUpload(world.ledger, 'acme', upload.id);
    }

    expect(versions).toEqual([1, 2, 3, 4, 5]);
  });

  it('that comes back with its cursor is told what changed since, though not all over again', async () => {
    const world = await worldOf();
    const start = await begun(world);
    const first = await announced(world, edfFile());
    world.clock.advance(1);
    const second = await announced(world, edfFile());
    const { cursor } = await told(world, start);
    world.clock.advance(1);
    const third = await announced(world, edfFile());
    const again = await told(world, await begun(world, cursor));

    expect(idsOf(again.changes)).toContain(third.id);
    expect(idsOf(again.changes)).not.toContain(first.id);
    expect(idsOf(again.changes)).toContain(second.id);
  });

  it('hears of a change that was written late, behind one that it has been told', async () => {
    const world = await worldOf({ settings: { feedSettleMs: 2_000 } });
    const reader = readChanges(world.deps, 'acme', await begun(world), new AbortController().signal);
    const late = await announced(world, edfFile());
    const { value: first } = await reader.next();
    world.clock.advance(400);
    await announced(world, edfFile());
    const { value: second } = await reader
      .next()
      .then(async (next) => (next.value === 'idle' ? reader.next() : next));
    // A writer whose clock stood at an earlier instant gets its write through only now.
    world.clock.advance(-1);
    await touchUpload(world.ledger, 'acme', late.id);
    world.clock.advance(1);
    const { value: third } = await reader
      .next()
      .then(async (next) => (next.value === 'idle' ? reader.next() : next));

    const versionOf = (value: typeof first) =>
      value && value !== 'idle' ? [value.change.object.id === late.id, value.change.object.version] : value;
    expect([versionOf(first), versionOf(second), versionOf(third)]).toEqual([
      [true, 1],
      [false, 1],
      [true, 2],
    ]);
  });

  it('hears of a change that became visible twenty seconds late, and of nothing twice meanwhile', async () => {
    const world = await worldOf({ settings: { feedSettleMs: 2_000, feedLateMs: 30_000 } });
    const start = await begun(world);
    const reader = readChanges(world.deps, 'acme', start, new AbortController().signal);
    const heard: string[] = [];
    /** By looks of two seconds each, until so much time has passed. */
    const listen = async (seconds: number) => {
      for (const until = world.clock.now().getTime() + seconds * 1000; world.clock.now().getTime() < until;) {
        const { value } = await reader.next();
        if (value && value !== 'idle') heard.push(value.change.object.id);
      }
    };
    const upload = await announced(world, edfFile());
    await listen(10);
    // Decided before all that, and throttled for so long.
    world.clock.advance(-20);
    const late = await announced(world, edfFile());
    world.clock.advance(20);
    const newest = await announced(world, edfFile());
    await listen(20);
    await reader.return(undefined);

    expect(heard.toSorted()).toEqual([upload.id, newest.id, late.id].toSorted());
  });

  it('gets through more changes of one instant than a page holds', async () => {
    const world = await worldOf({ settings: { feedSettleMs: 2_000 } });
    const start = await begun(world);
    await createdAtOnce(world.ledger, 450);

    expect(new Set(idsOf((await told(world, start)).changes)).size).toBe(450);
  });

  it('is told nothing of another tenant', async () => {
    const world = await worldOf();
    const start = await begun(world);
    await uploaded(world, edfFile(), {}, await world.issuer.tokenFor('other'));

    expect((await told(world, start)).changes).toEqual([]);
  });

  it('learns with the end of a job what its result says of the recording', async () => {
    const world = await worldOf();
    const upload = await uploaded(world);
    world.clock.advance(10);
    const start = await begun(world);
    const after = (await poll(world)).cursor;
    await processed(world, upload);
    const { body: recording } = await world.ask('GET', `/v1/recordings/${upload.recordingId}`);
    const toldChanges = (await told(world, start)).changes;
    world.clock.advance(10);

    expect(recording).toMatchObject({
      resultJobId: upload.jobId,
      facts: { signalCount: 3, findingCount: 2 },
    });
    expect(toldChanges.filter(({ type }) => type === 'recording')).toEqual([
      { type: 'recording', object: recording },
    ]);
    expect((await poll(world, `?after=${after}`)).data).toEqual(expect.arrayContaining(toldChanges));
  });

  it('learns that a recording is gone', async () => {
    const world = await worldOf();
    const upload = await uploaded(world);
    world.clock.advance(10);
    const start = await begun(world);
    await world.ask('DELETE', `/v1/recordings/${upload.recordingId}`);

    expect((await told(world, start)).changes).toMatchObject([
      { type: 'recording', object: { id: upload.recordingId, status: 'deleting' } },
    ]);
  });

  it('ends when it is asked to', async () => {
    const world = await worldOf();
    const leaving = new AbortController();
    const reader = readChanges(world.deps, 'acme', await begun(world), leaving.signal);
    await reader.next();
    leaving.abort();

    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a poll for changes', () => {
  it('without a cursor gives one to begin with, at once', async () => {
    const world = await worldOf();
    const before = world.clock.now();

    expect(await poll(world)).toMatchObject({ data: [], hasMore: false });
    expect(world.clock.now()).toEqual(before);
  });

  it('with the cursor of the last one goes on after it, and tells nothing twice', async () => {
    const world = await worldOf();
    const { cursor } = await poll(world);
    const upload = await uploaded(world);
    world.clock.advance(1);
    const page = await poll(world, `?after=${cursor}`);

    expect(new Set(idsOf(page.data))).toEqual(new Set([upload.id, upload.recordingId, upload.jobId]));
    expect(idsOf(page.data)).toHaveLength(3);
    expect((await poll(world, `?after=${page.cursor}`)).data).toEqual([]);
  });

  it('loses nothing that was written late: what may still be overtaken it tells later', async () => {
    const world = await worldOf({ settings: { feedSettleMs: 2_000 } });
    world.clock.advance(10);
    const { cursor: first } = await poll(world);
    const newest = await announced(world, edfFile());
    const { data, cursor } = await poll(world, `?after=${first}`);
    // Decided before the polls, written after them.
    world.clock.advance(-1);
    const late = await announced(world, edfFile());
    world.clock.advance(4);

    expect(data).toEqual([]);
    expect(idsOf((await poll(world, `?after=${cursor}`)).data)).toEqual([late.id, newest.id]);
  });

  it('goes on from a cursor of the stream without losing what was written late', async () => {
    const world = await worldOf({ settings: { feedSettleMs: 2_000 } });
    const start = await begun(world);
    world.clock.advance(10);
    await announced(world, edfFile());
    const { cursor } = await told(world, start);
    world.clock.advance(-1);
    const late = await announced(world, edfFile());
    world.clock.advance(10);

    expect(idsOf((await poll(world, `?after=${cursor}`)).data)).toContain(late.id);
  });

  it('is told what became visible twenty seconds late, and nothing twice', async () => {
    const world = await worldOf({ settings: { feedSettleMs: 2_000, feedLateMs: 30_000 } });
    let { cursor } = await poll(world);
    const told: string[] = [];
    const pollOn = async () => {
      world.clock.advance(3);
      const page = await poll(world, `?after=${cursor}`);
      cursor = page.cursor;
      told.push(...idsOf(page.data));
    };
    const upload = await announced(world, edfFile());
    await pollOn();
    await pollOn();
    world.clock.advance(-20);
    const late = await announced(world, edfFile());
    world.clock.advance(20);
    await pollOn();
    await pollOn();

    expect(told).toEqual([upload.id, late.id]);
  });

  it('gives cursors that grow no longer while nothing changes', async () => {
    const world = await worldOf({ settings: { feedSettleMs: 2_000, feedLateMs: 30_000 } });
    await uploaded(world);
    world.clock.advance(5);
    const lengths: number[] = [];
    let { cursor } = await poll(world);
    for (let round = 0; round < 10; round++) {
      world.clock.advance(8);
      ({ cursor } = await poll(world, `?after=${cursor}`));
      lengths.push(cursor.length);
    }

    expect(new Set(lengths.slice(5)).size).toBe(1);
  });

  it('waits for the first change, as long as it was asked to and no longer', async () => {
    const world = await worldOf();
    const before = world.clock.now().getTime();
    const page = await poll(world, '?waitSeconds=25');

    expect(page.data).toEqual([]);
    expect(world.clock.now().getTime() - before).toBe(25_000);
  });

  it('that waits is answered as soon as something has changed', async () => {
    let change = async () => undefined as unknown;
    const world = await worldOf({
      changes: (clock) => ({
        wait: async (seconds) => {
          clock.advance(seconds);
          await change();
        },
      }),
    });
    const { cursor } = await poll(world);
    const before = world.clock.now().getTime();
    change = async () => {
      change = async () => undefined;
      await announced(world, edfFile());
    };

    expect((await poll(world, `?after=${cursor}&waitSeconds=25`)).data).toHaveLength(1);
    expect(world.clock.now().getTime() - before).toBeLessThan(5_000);
  });

  it('says when there is more than it holds', async () => {
    const world = await worldOf();
    const { cursor } = await poll(world);
    await createdAtOnce(world.ledger, 250);
    world.clock.advance(1);
    const first = await poll(world, `?after=${cursor}`);
    const second = await poll(world, `?after=${first.cursor}`);

    expect([first.data.length, first.hasMore, second.data.length, second.hasMore]).toEqual([
      200,
      true,
      50,
      false,
    ]);
  });

  it('stops waiting when the client has gone', async () => {
    const world = await worldOf({ changes: () => ({ wait: async () => leaving.abort() }) });
    const leaving = new AbortController();
    const caller = await world.deps.verify(`Bearer ${await world.issuer.token()}`);
    const page = await pollChanges(
      world.deps,
      { caller, from: 'here', signal: leaving.signal },
      { waitSeconds: '25' },
    );

    expect(page.data).toEqual([]);
  });
});
