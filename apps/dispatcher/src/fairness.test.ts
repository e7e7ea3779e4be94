import { medianWaitBeside } from './test-support/flood.ts';

test('A tenant that sends very much makes the others wait at most twice as long as without it', async () => {
  const alone = await medianWaitBeside(0);
  const beside = await medianWaitBeside(2_000);

  expect(alone).toBeGreaterThan(0);
  expect(beside).toBeLessThanOrEqual(2 * alone);
});
