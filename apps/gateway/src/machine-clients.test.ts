import { createMachineClients } from './machine-clients.ts';
import { createSettableClock } from './test-support/settable-clock.ts';

function made(answers: Record<string, { tenant: string; roles: string[] }>) {
  const clock = createSettableClock();
  const asked: string[] = [];
  let failures = 0;
  const find = createMachineClients({
    clock: clock.now,
    seconds: 30,
    maxRemembered: 2,
    lookUp: async (clientId) => {
      asked.push(clientId);
      if (failures > 0 && failures--) throw new Error('no answer');
      return answers[clientId] ?? null;
    },
  });
  return { clock, asked, find, fail: (times: number) => (failures = times) };
}

const acme = { tenant: 'acme', roles: ['member'] };

describe('machine clients', () => {
  it('are looked up once for many requests at a time, and again after a while', async () => {
    const { clock, asked, find } = made({ a: acme });
    expect(await Promise.all([find('a'), find('a')])).toEqual([acme, acme]);
    clock.advance(29);
    await find('a');
    expect(asked).toEqual(['a']);
    clock.advance(2);
    await find('a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('that act for nobody are remembered too', async () => {
    const { asked, find } = made({});
    expect([await find('x'), await find('x')]).toEqual([null, null]);
    expect(asked).toEqual(['x']);
  });

  it('are looked up again at once when the ledger did not answer', async () => {
    const { find, fail } = made({ a: acme });
    fail(1);
    await expect(find('a')).rejects.toThrow('no answer');
    expect(await find('a')).toEqual(acme);
  });

  it('are remembered in a bounded number, the oldest forgotten first', async () => {
    const { asked, find } = made({});
    for (const client of ['a', 'b', 'c', 'b', 'a']) await find(client);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
