import { readWorkArguments } from './work-arguments.ts';

test('Work is named by tenant, job, dispatch and range', () => {
  const work = readWorkArguments(['--tenant', 'acme', '--job', 'job_1', '--dispatch', '3', '--range', '2']);

  expect(work).toEqual({ tenant: 'acme', jobId: 'job_1', dispatch: 3, range: 2 });
});

test('Without a range the first one is meant', () => {
  expect(readWorkArguments(['--tenant', 'a', '--job', 'j', '--dispatch', '1']).range).toBe(0);
});

test('Every fault is named at once', () => {
  expect(() => readWorkArguments(['--dispatch', 'x'])).toThrow(/--tenant.*\n.*--job.*\n.*--dispatch/);
  expect(() => readWorkArguments(['--jib', 'x'])).toThrow('--jib');
});
