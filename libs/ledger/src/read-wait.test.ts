import { writePolicy } from './policy.ts';
import { readWait } from './read-wait.ts';
import { accepted, running } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

describeOnEachStore('what a job waits for', (make) => {
  it('tells its place among the tenant’s own, and what the tenant has in hand', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 2 });
    await running(world);
    const waiting = [];
    for (let count = 0; count < 3; count++) {
      waiting.push(await accepted(world));
      world.clock.advance(1);
    }
    await accepted(world, { tenant: 'abc' });
    const last = await readWait(world.ledger, 'acme', waiting[2]?.jobId ?? '');
    expect(last).toMatchObject({ ahead: 2, isAheadExact: true, active: 1, policy: { maxRunningJobs: 2 } });
    expect(await readWait(world.ledger, 'acme', waiting[0]?.jobId ?? '')).toMatchObject({ ahead: 0 });
  });

  it('counts no further than a number that nobody reads any more', async () => {
    const world = make();
    for (let count = 0; count < 202; count++) {
      await accepted(world);
      world.clock.advance(0.001);
    }
    const { jobId } = await accepted(world);
    expect(await readWait(world.ledger, 'acme', jobId)).toMatchObject({ ahead: 200, isAheadExact: false });
  });

  it('is nothing for a job of another tenant', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    expect(await readWait(world.ledger, 'beta', jobId)).toBeNull();
  });

  it('of a job that runs is no place in a queue', async () => {
    const world = make();
    const { jobId } = await running(world);
    expect(await readWait(world.ledger, 'acme', jobId)).toMatchObject({
      ahead: null,
      job: { row: { phase: 'running' } },
    });
  });
});
