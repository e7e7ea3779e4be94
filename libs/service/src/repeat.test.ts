import { repeat } from './repeat.ts';

const { jest } = import.meta;

/** A task whose runs end when the test says so. */
function controlledTask() {
  const runs: PromiseWithResolvers<void>[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  let signal: AbortSignal | undefined;
  return {
    runs,
    mostAtOnce: () => mostAtOnce,
    signal: () => signal,
    task: async (given: AbortSignal) => {
      signal = given;
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      const run = Promise.withResolvers<void>();
      runs.push(run);
      await run.promise.finally(() => atOnce--);
    },
  };
}

const failOnError = (error: unknown) => {
  throw error;
};

describe('a repeated task', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs first after its interval, and again an interval after each end', async () => {
    const { task, runs } = controlledTask();
    repeat(task, 10, failOnError);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(runs).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await jest.advanceTimersByTimeAsync(9_999);
    expect(runs).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);

    expect(runs).toHaveLength(2);
  });

  it('that is woken runs at once, and an interval later again', async () => {
    const { task, runs } = controlledTask();
    const repeated = repeat(task, 10, failOnError);
    await jest.advanceTimersByTimeAsync(4_000);
    repeated.wake();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await jest.advanceTimersByTimeAsync(9_000);
    expect(runs).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1_000);

    expect(runs).toHaveLength(2);
  });

  it('that is woken often while it runs runs once more after that, and never twice at once', async () => {
    const { task, runs, mostAtOnce } = controlledTask();
    const repeated = repeat(task, 10, failOnError);
    for (let time = 0; time < 5; time++) repeated.wake();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await jest.advanceTimersByTimeAsync(0);

    expect(runs).toHaveLength(2);
    expect(mostAtOnce()).toBe(1);
  });

  it('that rejects reports it and goes on', async () => {
    const { task, runs } = controlledTask();
    const errors: unknown[] = [];
    repeat(task, 10, (error) => errors.push(error));
    await jest.advanceTimersByTimeAsync(10_000);
    runs[0]?.reject(new Error('broken'));
    await jest.advanceTimersByTimeAsync(10_000);

    expect(errors).toEqual([new Error('broken')]);
    expect(runs).toHaveLength(2);
  });

  it('that is stopped while it runs asks the run to end, waits for it, and follows it with none', async () => {
    const { task, runs, signal } = controlledTask();
    const errors: unknown[] = [];
    const repeated = repeat(task, 10, (error) => errors.push(error));
    repeated.wake();
    repeated.wake();
    let hasStopped = false;
    const stopping = repeated.stop().then(() => (hasStopped = true));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(signal()?.aborted).toBe(true);
    expect(hasStopped).toBe(false);
    runs[0]?.reject(new Error('aborted'));
    await stopping;
    repeated.wake();
    await jest.advanceTimersByTimeAsync(60_000);

    expect(runs).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('that is stopped while it waits leaves no timer behind', async () => {
    const repeated = repeat(async () => undefined, 10, failOnError);
    await repeated.stop();

    expect(jest.getTimerCount()).toBe(0);
  });
});
