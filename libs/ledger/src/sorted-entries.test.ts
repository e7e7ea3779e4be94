import fc from 'fast-check';
import { compareText, createSortedEntries } from './sorted-entries.ts';

test('Texts are in the order of their UTF-8 bytes', () => {
  const texts = ['\u{1F600}', '\uFFFD', 'z', 'Z', '', 'aa', 'a'];

  expect(texts.toSorted(compareText)).toEqual(['', 'Z', 'a', 'aa', 'z', '\uFFFD', '\u{1F600}']);
});

const bound = fc.option(fc.constantFrom('a', 'b', 'c', 'bb'), { nil: undefined });

test('A range holds what a sorted list would hold there, whatever came and went before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ sort: fc.constantFrom('a', 'b', 'c'), address: fc.constantFrom('1', '2', '3') })),
      fc.array(fc.nat(20)),
      fc.record({
        from: bound,
        before: bound,
        descending: fc.boolean(),
        limit: fc.integer({ min: 1, max: 5 }),
      }),
      (added, removed, range) => {
        const entries = createSortedEntries();
        const there = new Map<string, { sort: string; address: string }>();
        for (const each of added) {
          const name = each.sort + each.address;
          if (!there.has(name)) entries.add(each.sort, each.address);
          there.set(name, each);
        }
        for (const index of removed) {
          const gone = added[index];
          if (!gone) continue;
          entries.remove(gone.sort, gone.address);
          there.delete(gone.sort + gone.address);
        }
        const sorted = [...there.values()].sort(
          (a, b) => compareText(a.sort, b.sort) || compareText(a.address, b.address),
        );
        const inside = sorted.filter(
          ({ sort }) =>
            (range.from === undefined || sort >= range.from) &&
            (range.before === undefined || sort < range.before),
        );
        const expected = (range.descending ? inside.reverse() : inside).slice(0, range.limit);

        expect(entries.size).toBe(there.size);
        expect(entries.between(range)).toEqual(expected.map(({ address }) => address));
      },
    ),
  );
});
