import type { Orphan, Reconciled } from '@edf-pipeline/contracts';
import { cancelJob } from '@edf-pipeline/ledger';
import type { World } from './test-support/world.ts';
import { audited, createWorld, operatorToken, processed, uploaded } from './test-support/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const HOUR = 3_600;
const put = (key: string) => world.store.write(key, Buffer.from('{}'), { contentType: 'application/json' });

/** All pages of a pass. */
async function reconciled(body: Record<string, unknown> = {}): Promise<Reconciled[]> {
  const token = await operatorToken(world);
  const pages: Reconciled[] = [];
  let cursor: string | undefined;
  do {
    const answer = await world.ask('POST', '/v1/operations/reconcile', { token, body: { ...body, cursor } });
    if (answer.status !== 200) throw new Error(answer.text);
    pages.push(answer.body);
    cursor = answer.body.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

const orphansOf = (pages: Reconciled[]) => pages.flatMap(({ orphans }): Orphan[] => orphans);
const keysNow = async () =>
  (await Promise.all(['source/', 'work/', 'results/'].map((prefix) => world.store.list(prefix))))
    .flatMap(({ objects }) => objects)
    .map(({ key }) => key);

const UNKNOWN = 'job_01JABCDEFGHJKMNPQRSTVWXYZ0';

describe('a reconciliation', () => {
  it('finds what nothing asks for, and nothing that is in use', async () => {
    const upload = await uploaded(world);
    await processed(world, upload);
    await put(`results/acme/${upload.jobId}/9/report.json`);
    await put(`results/acme/${UNKNOWN}/1/report.json`);
    await put(`work/acme/${UNKNOWN}/plan/0`);
    await put('results/readme.txt');
    world.clock.advance(72 * HOUR);
    const pages = await reconciled();
    expect(orphansOf(pages).map(({ prefix, reason, isDeleted }) => [prefix, reason, isDeleted])).toEqual([
      [`work/acme/${UNKNOWN}/`, 'no-job', false],
      [`results/acme/${UNKNOWN}/1/`, 'no-job', false],
      [`results/acme/${upload.jobId}/9/`, 'old-epoch', false],
    ]);
    expect(pages.flatMap(({ unknownKeys }) => unknownKeys)).toEqual(['results/readme.txt']);
    expect(await keysNow()).toHaveLength(7);
  });

  it('deletes when told to, notes each with its tenant, and leaves the rest', async () => {
    const upload = await uploaded(world);
    await processed(world, upload);
    await put(`results/acme/${upload.jobId}/9/report.json`);
    await put(`results/acme/${upload.jobId}/9/more.json`);
    world.clock.advance(72 * HOUR);
    const before = await keysNow();
    const [orphan, ...others] = orphansOf(await reconciled({ dryRun: false }));
    expect([orphan, others]).toMatchObject([{ objectCount: 2, byteLength: 4, isDeleted: true }, []]);
    expect(await keysNow()).toEqual(before.filter((key) => !key.includes('/9/')));
    expect((await world.ask('GET', `/v1/jobs/${upload.jobId}/result`)).status).toBe(200);
    expect((await audited(world)).filter(({ action }) => action === 'operator.object.delete')).toMatchObject([
      { objectId: `results/acme/${upload.jobId}/9/`, subject: 'op-1' },
    ]);
  });

  it('leaves alone what is younger than it was told, also when a part of it is old', async () => {
    const { jobId } = await uploaded(world);
    await cancelJob(world.ledger, 'acme', jobId);
    await put(`work/acme/${jobId}/plan/0`);
    world.clock.advance(47 * HOUR);
    expect(orphansOf(await reconciled())).toEqual([]);
    await put(`work/acme/${jobId}/plan/1`);
    world.clock.advance(2 * HOUR);
    expect(orphansOf(await reconciled({ dryRun: false }))).toEqual([]);
    world.clock.advance(47 * HOUR);
    expect(orphansOf(await reconciled({ dryRun: false }))).toMatchObject([
      { objectCount: 2, isDeleted: true },
    ]);
  });

  it('looks again before it deletes: what has come to use meanwhile stays', async () => {
    await put(`results/acme/${UNKNOWN}/1/report.json`);
    world.clock.advance(72 * HOUR);
    const { list } = world.store;
    let lists = 0;
    // A worker that was paused for days writes beside it, between the first look and the second.
    world.store.list = async (...args) => {
      if (args[0] === `results/acme/${UNKNOWN}/1/` && lists++ === 0)
        await put(`results/acme/${UNKNOWN}/1/late.json`);
      return list(...args);
    };
    expect(orphansOf(await reconciled({ dryRun: false }))).toMatchObject([{ isDeleted: false }]);
    expect(await keysNow()).toHaveLength(2);
  });

  it('tells on its first page what the sweep has to do', async () => {
    const { jobId } = await uploaded(world);
    world.clock.advance(15 * 24 * HOUR);
    const [first, ...rest] = await reconciled();
    expect(first?.sweep).toEqual({
      isComplete: true,
      counts: { 'expire a job that waited too long': 1 },
      steps: [
        {
          action: 'expire a job that waited too long',
          kind: 'job',
          tenant: 'acme',
          id: jobId,
          due: '2026-03-15T12:00:00.000Z',
        },
      ],
    });
    expect(rest.every(({ sweep }) => sweep === null)).toBe(true);
  });

  it.each([{ minAgeHours: 0 }, { dryRun: 'no' }, { cursor: 'x' }, { all: true }])(
    'asked with %p is refused',
    async (body) => {
      const token = await operatorToken(world);
      expect((await world.ask('POST', '/v1/operations/reconcile', { token, body })).status).toBe(422);
    },
  );
});
