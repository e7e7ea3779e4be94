import { awaitDependency } from './await-dependency.ts';
import { capturedLogger } from './test-support/captured-logger.ts';

test('What is there is not waited for, and nothing is said', async () => {
  const { logger, lines } = capturedLogger();

  await awaitDependency('the table', async () => undefined, { logger, signal: new AbortController().signal });

  expect(lines()).toEqual([]);
});

test('What is missing is named, and asked for until it is there', async () => {
  const { logger, lines } = capturedLogger();
  let asked = 0;
  const check = async () => {
    asked += 1;
    if (asked === 1) throw new Error('there is no table named edf; create it');
  };

  await awaitDependency('the table', check, { logger, signal: new AbortController().signal });

  expect(asked).toBe(2);
  expect(JSON.stringify(lines())).toContain('there is no table named edf; create it');
});

test('A process that is asked to stop waits no longer', async () => {
  const { logger } = capturedLogger();
  const stopping = new AbortController();
  const check = async () => {
    stopping.abort(new Error('asked to stop'));
    throw new Error('away');
  };

  await expect(awaitDependency('the table', check, { logger, signal: stopping.signal })).rejects.toThrow(
    'asked to stop',
  );
});
