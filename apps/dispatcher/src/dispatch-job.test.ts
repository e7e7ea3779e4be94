import { admitJobs, commitResult } from '@edf-pipeline/ledger';
import { checkDispatch, dispatchJob } from './dispatch-job.ts';
import type { World } from './test-support/world.ts';
import { accepted, claimed, createWorld } from './test-support/world.ts';

async function admitted(world: World) {
  const { jobId, recordingId } = await accepted(world);
  const [job] = await admitJobs(world.ledger, 'small', 1);
  if (job?.jobId !== jobId) throw new Error('was not admitted');
  return { job, jobId, recordingId, ref: `fake:${jobId}-d1-r0` };
}

describe('handing a job out', () => {
  it('gives it to the executor of its pool, and notes where it is', async () => {
    const world = createWorld();
    const { job, jobId, ref } = await admitted(world);
    await dispatchJob(world.deps, 'small', job);

    expect(world.queue.handed).toEqual([{ tenant: 'acme', jobId, dispatch: 1, range: 0 }]);
    expect(await world.job(jobId)).toMatchObject({ phase: 'dispatched', executorRef: ref });
  });

  it('that is cut between handing over and noting is done again under the same name: the executor has it once', async () => {
    const broken = { isBroken: false };
    const world = createWorld({
      ledgerStore: (store) => ({
        ...store,
        write: (writes) => (broken.isBroken ? Promise.reject(new Error('cut')) : store.write(writes)),
      }),
    });
    const { job, jobId, ref } = await admitted(world);
    broken.isBroken = true;
    await expect(dispatchJob(world.deps, 'small', job)).rejects.toThrow('cut');
    broken.isBroken = false;
    expect((await world.job(jobId)).phase).toBe('dispatching');
    await checkDispatch(world.deps, await world.job(jobId));

    expect(world.queue.handed).toHaveLength(1);
    expect(await world.job(jobId)).toMatchObject({ phase: 'dispatched', executorRef: ref, dispatch: 1 });
  });

  it('to a pool without executor is an error that names it', async () => {
    const world = createWorld();
    const { job } = await admitted(world);

    await expect(dispatchJob(world.deps, 'huge', job)).rejects.toThrow('no executor serves the pool huge');
  });

  it('does not disturb a worker that was faster than the note', async () => {
    const world = createWorld();
    const { job, jobId } = await admitted(world);
    const { enqueue } = world.queue;
    world.queue.enqueue = async (work) => {
      const handed = await enqueue(work);
      await claimed(world, work);
      return handed;
    };
    await dispatchJob(world.deps, 'small', job);

    expect((await world.job(jobId)).phase).toBe('running');
  });
});

describe('a job that was handed out and that nobody has claimed', () => {
  async function overdue() {
    const world = createWorld();
    const scene = await admitted(world);
    await dispatchJob(world.deps, 'small', scene.job);
    world.advance(301);
    return { world, ...scene };
  }

  it.each(['waiting', 'active'] as const)(
    'is left to the executor while it is %s there, and looked at later',
    async (state) => {
      const { world, jobId, ref } = await overdue();
      world.queue.states.set(ref, state);
      const { due } = await world.job(jobId);
      await checkDispatch(world.deps, await world.job(jobId));
      const job = await world.job(jobId);

      expect(job).toMatchObject({ phase: 'dispatched', dispatch: 1, lostDispatches: 0 });
      expect(String(job.due) > String(due)).toBe(true);
    },
  );

  it.each(['finished', 'unknown'] as const)(
    'goes back to the backlog when the executor has it %s, for a new dispatch',
    async (state) => {
      const { world, jobId, ref } = await overdue();
      if (state === 'finished') world.queue.states.set(ref, 'finished');
      else world.queue.states.delete(ref);
      await checkDispatch(world.deps, await world.job(jobId));

      expect(await world.job(jobId)).toMatchObject({
        phase: 'backlog',
        executorRef: null,
        lostDispatches: 1,
        attempts: 0,
      });
      expect(await admitJobs(world.ledger, 'small', 1)).toEqual([{ tenant: 'acme', jobId, dispatch: 2 }]);
    },
  );

  it('goes back to the backlog when its pool has no executor any more', async () => {
    const { world, jobId } = await overdue();
    await checkDispatch({ ...world.deps, queues: {} }, await world.job(jobId));

    expect((await world.job(jobId)).phase).toBe('backlog');
  });

  it('stays as it is when the executor does not answer', async () => {
    const { world, jobId } = await overdue();
    world.queue.failure = new Error('no answer');
    const before = await world.job(jobId);
    await expect(checkDispatch(world.deps, before)).rejects.toThrow('no answer');

    expect(await world.job(jobId)).toEqual(before);
  });

  it('is not touched when a worker claimed it, or finished it, since it was looked at', async () => {
    const { world, job, jobId, recordingId, ref } = await overdue();
    const seen = await world.job(jobId);
    const lease = await claimed(world, { ...job, range: 0 });
    world.queue.states.set(ref, 'finished');
    await checkDispatch(world.deps, seen);
    expect((await world.job(jobId)).phase).toBe('running');
    await commitResult(world.ledger, lease, recordingId, { epoch: 1, prefix: 'p', manifestSha256: 'm' });
    await checkDispatch(world.deps, seen);

    expect(await world.job(jobId)).toMatchObject({ status: 'succeeded', lostDispatches: 0 });
  });

  it('again and again is given up with a reason that blames the workers', async () => {
    const { world, jobId } = await overdue();
    for (let lost = 0; lost < 11; lost++) {
      world.queue.states.clear();
      await checkDispatch(world.deps, await world.job(jobId));
      const [again] = await admitJobs(world.ledger, 'small', 1);
      if (again) await dispatchJob(world.deps, 'small', again);
    }

    expect(await world.job(jobId)).toMatchObject({
      status: 'failed',
      error: { code: 'never-started', class: 'infrastructure' },
    });
  });
});
