import type { Caller } from './access-token.ts';
import { createCallerMemory } from './caller-memory.ts';
import { createSettableClock } from './test-support/settable-clock.ts';

function remembering(lifeSeconds = 3_600) {
  const clock = createSettableClock();
  let verified = 0;
  const memory = createCallerMemory(async (authorization) => {
    verified += 1;
    if (authorization === undefined || authorization === 'bad') throw new Error('no good');
    const expiresAt = new Date(clock.now().getTime() + lifeSeconds * 1000);
    return { tenant: authorization, subject: 's', clientId: 'c', roles: [], expiresAt } satisfies Caller;
  }, clock.now);
  return { clock, memory, verified: () => verified };
}

describe('the memory of good tokens', () => {
  it('verifies a token once, and each token for itself', async () => {
    const { memory, verified } = remembering();
    const callers = [];
    for (const token of ['one', 'one', 'two', 'one']) callers.push((await memory.verify(token)).tenant);

    expect([callers, verified()]).toEqual([['one', 'one', 'two', 'one'], 2]);
    expect(memory.known('two')?.tenant).toBe('two');
    expect(memory.known(undefined)).toBeUndefined();
  });

  it('forgets a token when it expires, and after five minutes anyway', async () => {
    for (const [lifeSeconds, after] of [
      [60, 61],
      [3_600, 301],
    ] as const) {
      const { memory, clock, verified } = remembering(lifeSeconds);
      await memory.verify('one');
      clock.advance(after - 2);
      expect(memory.known('one')?.tenant).toBe('one');
      clock.advance(2);
      expect(memory.known('one')).toBeUndefined();
      await memory.verify('one');
      expect(verified()).toBe(2);
    }
  });

  it('forgets a token when the clock is set back', async () => {
    const { memory, clock } = remembering();
    await memory.verify('one');
    clock.advance(-3_600);

    expect(memory.known('one')).toBeUndefined();
  });

  it('never remembers a refusal', async () => {
    const { memory, verified } = remembering();
    for (let count = 0; count < 3; count++) await expect(memory.verify('bad')).rejects.toThrow('no good');

    expect(verified()).toBe(3);
    expect(memory.known('bad')).toBeUndefined();
  });

  it('holds ten thousand tokens at most: the oldest goes', async () => {
    const { memory } = remembering();
    for (let count = 0; count < 10_001; count++) await memory.verify(`token-${count}`);

    expect(memory.known('token-0')).toBeUndefined();
    expect(memory.known('token-1')?.tenant).toBe('token-1');
    expect(memory.known('token-10000')?.tenant).toBe('token-10000');
  });
});
