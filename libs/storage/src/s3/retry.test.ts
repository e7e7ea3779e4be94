import { createRetry } from './retry.ts';
import type { RetryOptions } from './retry.ts';

const passing = new Error('It may pass.');

function scene(options: Partial<RetryOptions> = {}) {
  const waits: number[] = [];
  const retry = createRetry({
    attempts: 5,
    baseMs: 100,
    capMs: 400,
    random: () => 1,
    isTransient: (error) => error === passing,
    async delay(ms) {
      waits.push(ms);
    },
    ...options,
  });
  return { retry, waits };
}

test('what may pass is tried again, with limits that double up to the cap', async () => {
  const { retry, waits } = scene();
  const tried: number[] = [];
  const operation = async (attempt: number) => {
    tried.push(attempt);
    if (attempt < 5) throw passing;
    return 'done';
  };
  expect(await retry(operation)).toBe('done');
  expect(tried).toEqual([1, 2, 3, 4, 5]);
  expect(waits).toEqual([100, 200, 400, 400]);
});

test('a wait may be any part of its limit', async () => {
  const { retry, waits } = scene({ random: () => 0.25, attempts: 2 });
  await expect(retry(() => Promise.reject(passing))).rejects.toBe(passing);
  expect(waits).toEqual([25]);
});

test('what cannot pass is thrown at once', async () => {
  const { retry, waits } = scene();
  const fault = new Error('It cannot pass.');
  await expect(retry(() => Promise.reject(fault))).rejects.toBe(fault);
  expect(waits).toEqual([]);
});

test('an abort in the middle of a wait ends it with the reason', async () => {
  const controller = new AbortController();
  const { retry } = scene({
    async delay() {
      controller.abort(new Error('No longer wanted.'));
      throw new Error('The wait was cut.');
    },
  });
  let calls = 0;
  const operation = () => {
    calls += 1;
    return Promise.reject(passing);
  };
  await expect(retry(operation, controller.signal)).rejects.toThrow('No longer wanted.');
  expect(calls).toBe(1);
});
