import type { IncarnationKeeper } from './incarnation.ts';
import { readIncarnation } from './incarnation.ts';

/** One Redis, and a client of it that lets something happen between its question and its answer. */
function createKeeper() {
  const contents = new Map<string, string>();
  const client = (beforeSet: () => Promise<unknown> = async () => undefined): IncarnationKeeper => ({
    get: async (key) => contents.get(key) ?? null,
    async set(key, value, onlyIf) {
      await beforeSet();
      if (onlyIf !== 'NX' || !contents.has(key)) contents.set(key, value);
    },
  });
  return { contents, client };
}

describe('the incarnation of a Redis', () => {
  it('is that of whoever writes first, also for one that had found none before', async () => {
    const { client } = createKeeper();
    let first = '';
    const second = await readIncarnation(client(async () => (first = await readIncarnation(client()))));

    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
  });

  it('is a new one each time that everything is lost', async () => {
    const { contents, client } = createKeeper();
    const before = await readIncarnation(client());
    contents.clear();
    const after = await readIncarnation(client());

    expect(after).not.toBe(before);
    expect(await readIncarnation(client())).toBe(after);
  });
});
