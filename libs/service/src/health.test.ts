import { createHealth } from './health.ts';

describe('the health of a process', () => {
  it('is alive and not ready before it says so', () => {
    const health = createHealth();

    expect(health.answer('/healthz')).toEqual({ status: 200, body: { status: 'alive' } });
    expect(health.answer('/readyz')).toEqual({ status: 503, body: { status: 'not ready' } });
  });

  it('is ready once it says so, and not any more when it goes away, while it stays alive', () => {
    const health = createHealth();
    health.setReady(true);
    expect([health.isReady(), health.answer('/readyz').status]).toEqual([true, 200]);
    health.setReady(false);

    expect([health.isReady(), health.answer('/readyz').status, health.answer('/healthz').status]).toEqual([
      false,
      503,
      200,
    ]);
  });
});
