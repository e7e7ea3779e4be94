import { Command } from 'commander';
import { policySchema } from '@edf-pipeline/contracts';
import { policyFrom, withPolicy } from './operations-options.ts';

const changeBy = (...args: string[]) =>
  policyFrom(withPolicy(new Command('set')).parse(args, { from: 'user' }).opts());

test('every number of a policy can be set by a flag, under the name that the API knows', () => {
  const change = changeBy(
    ...['--max-running', '7', '--max-file-bytes', '1000', '--max-stored-bytes', '5000', '--weight', '2.5'],
    ...['--max-waiting-jobs', '9', '--max-uploads-per-day', '0', '--max-open-uploads', '3'],
    ...['--budget-warn-at', '0.5', '--budget-refuse-at', '20'],
  );

  expect(policySchema.partial().strict().parse(change)).toEqual(change);
  expect(change).toEqual({
    maxRunningJobs: 7,
    maxFileBytes: 1000,
    maxStoredBytes: 5000,
    maxWaitingJobs: 9,
    maxUploadsPerDay: 0,
    maxOpenUploads: 3,
    budgetWarnAt: 0.5,
    budgetRefuseAt: 20,
    weight: 2.5,
  });
});

test('what no flag says is not changed', () => {
  expect(changeBy('--budget-warn-at', '0')).toEqual({ budgetWarnAt: 0 });
});

test.each([
  [['--weight', '0'], '--weight takes a number greater than 0'],
  [['--budget-warn-at', 'ten'], '--budget-warn-at takes an amount of 0 or more'],
  [['--budget-refuse-at', '-1'], '--budget-refuse-at takes an amount of 0 or more'],
])('%j is refused', (args, sentence) => {
  expect(() => changeBy(...args)).toThrow(sentence);
});
