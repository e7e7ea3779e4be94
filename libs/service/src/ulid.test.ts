import { createUlidFactory } from './ulid.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeOf = (ulid: string) =>
  [...ulid.slice(0, 10)].reduce((time, character) => time * 32 + ALPHABET.indexOf(character), 0);

describe('a ULID', () => {
  it('carries the time of the given clock', () => {
    const at = Date.parse('2026-03-01T12:00:00.123Z');

    expect(timeOf(createUlidFactory(() => new Date(at))())).toBe(at);
  });

  it('is greater than every one before it, also within a millisecond and when the clock is set back', () => {
    const times = [5_000, 5_000, 5_000, 4_000, 5_001, 5_001, 1];
    let next = 0;
    const newId = createUlidFactory(() => new Date(times[next++ % times.length] ?? 0));
    const ids = Array.from({ length: 700 }, () => newId());

    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('is not the one of another factory at the same time', () => {
    const clock = () => new Date(5_000);

    expect(createUlidFactory(clock)()).not.toBe(createUlidFactory(clock)());
  });
});
