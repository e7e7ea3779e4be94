import { WORKERS, medianWaitBeside } from './test-support/flood.ts';

// Where nothing waits in the queue, the order of admission decides; in a long one, what a tenant may have in hand.
test.each([WORKERS, 200])(
  'A tenant that sends very much makes the others wait at most twice as long as without it (a queue of %i)',
  async (slots) => {
    const alone = await medianWaitBeside(0, slots);
    const beside = await medianWaitBeside(2_000, slots);

    expect(alone).toBeGreaterThan(0);
    expect(beside).toBeLessThanOrEqual(2 * alone);
  },
);
