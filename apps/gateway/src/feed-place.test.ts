import { createCursors } from './cursor.ts';
import { entriesOf, placeFrom, placeOf, positionAt, textOfPlace } from './feed-place.ts';

const changed = (position: string, entryVersion = 1, id = 'upl_1') =>
  ({ kind: 'upload', id, position, entryVersion }) as const;
const told = (count: number) =>
  new Map(
    entriesOf(Array.from({ length: count }, (_, at) => changed(`${positionAt(at)}#upl_${at}`))).map(
      ({ mark, position }) => [mark, position] as const,
    ),
  );

describe('a place in the feed', () => {
  it('is the same when it has been to a client and back', () => {
    for (const place of [
      placeOf(positionAt(0), told(7)),
      { from: 'x#job_1#0\u0000', told: new Set<string>() },
    ])
      expect(placeFrom(textOfPlace(place))).toEqual(place);
  });

  it('fits into the query of a request, however much has been told', () => {
    const { from, told: marks } = placeOf(positionAt(0), told(5_000));
    const cursor = createCursors(Buffer.alloc(32)).encode(
      'acme',
      'events',
      textOfPlace({ from, told: marks }),
    );

    expect(cursor.length).toBeLessThanOrEqual(1_024);
    // Behind the youngest that is left out, and not behind any that is not.
    expect(from).toBe(`${positionAt(4_899)}#upl_4899\u0000`);
    expect(marks.size).toBe(100);
  });

  it('remembers nothing of what stands before it', () => {
    expect(placeOf(positionAt(5), told(7)).told.size).toBe(2);
  });
});

describe('an entry of the feed', () => {
  it('holds all objects that changed together', () => {
    const objects = [changed('a', 1, 'upl_1'), changed('a', 1, 'rec_1'), changed('b')];

    expect(entriesOf(objects).map((entry) => entry.objects.length)).toEqual([2, 1]);
  });

  it('has another mark when its row changed again in the same instant', () => {
    const [[one], [other]] = [entriesOf([changed('a', 1)]), entriesOf([changed('a', 2)])];

    expect(one?.mark).not.toBe(other?.mark);
  });
});
