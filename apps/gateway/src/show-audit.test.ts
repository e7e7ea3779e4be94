import type { World } from './test-support/world.ts';
import { createWorld, operatorToken, uploaded } from './test-support/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const listed = async (query = '', token?: string) =>
  (await world.ask('GET', `/v1/audit${query}`, { token })).body;

describe('the audit of an organisation', () => {
  it('tells its owner who did what, the newest first, over pages', async () => {
    const { id, recordingId } = await uploaded(world);
    world.clock.advance(60);
    const token = await world.issuer.tokenFor('acme', { sub: 'user-2' });
    await world.ask('GET', `/v1/recordings/${recordingId}`, { token });
    world.clock.advance(60);
    const first = await listed('?limit=1');
    const second = await listed(`?limit=1&cursor=${first.nextCursor}`);
    expect(first.data).toEqual([
      {
        at: '2026-03-01T12:01:00.000Z',
        subject: 'user-2',
        action: 'recording.read',
        objectId: recordingId,
        from: expect.stringMatching(/127\.0\.0\.1$/),
      },
    ]);
    expect(second.data).toMatchObject([{ action: 'upload.create', objectId: id, subject: 'user-1' }]);
  });

  it('shows nothing of another organisation, nor a cursor of it taken', async () => {
    await uploaded(world);
    await uploaded(world);
    const other = await world.issuer.token({ claims: { 'cognito:groups': ['tenant:other', 'role:owner'] } });
    const { nextCursor } = await listed('?limit=1');
    expect((await listed('', other)).data).toEqual([]);
    expect((await world.ask('GET', `/v1/audit?limit=1&cursor=${nextCursor}`, { token: other })).status).toBe(
      422,
    );
  });

  it('shows what operators did to it', async () => {
    const { jobId } = await uploaded(world);
    const token = await operatorToken(world);
    await world.ask('POST', `/v1/operations/tenants/acme/jobs/${jobId}/cancel`, { token });
    world.clock.advance(1);
    expect((await listed()).data[0]).toMatchObject({
      subject: 'op-1',
      action: 'operator.job.cancel',
      objectId: jobId,
    });
  });

  it('is taken between two instants, whatever their form', async () => {
    await uploaded(world);
    world.clock.advance(3600);
    await uploaded(world);
    world.clock.advance(3600);
    const between = await listed('?since=2026-03-01T12:30:00Z&until=2026-03-01T13:30:00.000Z');
    expect(between.data).toHaveLength(1);
    expect((await listed('?until=2026-03-01T12:30:00Z')).data).toHaveLength(1);
    expect((await world.ask('GET', '/v1/audit?since=yesterday')).status).toBe(422);
  });
});
