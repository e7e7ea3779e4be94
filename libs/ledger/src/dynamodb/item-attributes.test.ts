import { randomBytes } from 'node:crypto';
import type { Item } from '../ledger-store.ts';
import { attributesOf, byteLengthOf, itemFrom } from './item-attributes.ts';
import { packData, unpackData } from './packed-data.ts';

const itemOf = (data: unknown, change: Partial<Item> = {}): Item => ({
  pk: 'T#acme#JOB#1',
  sk: 'JOB',
  version: 3,
  writer: '01K',
  indexes: { due: { partition: 'DUE#1', sort: '2026' } },
  expiresAt: 1_800_000_000,
  data,
  ...change,
});

describe('an item as attributes', () => {
  it('can be read where the table is looked at, as long as it costs one unit to write', () => {
    const attributes = attributesOf(
      itemOf({ status: 'queued', attempts: 0, error: null, history: [{ at: 'x' }] }),
    );
    expect(attributes).toEqual({
      pk: { S: 'T#acme#JOB#1' },
      sk: { S: 'JOB' },
      version: { N: '3' },
      writer: { S: '01K' },
      duePk: { S: 'DUE#1' },
      dueSk: { S: '2026' },
      expiresAt: { N: '1800000000' },
      data: {
        M: {
          status: { S: 'queued' },
          attempts: { N: '0' },
          error: { NULL: true },
          history: { L: [{ M: { at: { S: 'x' } } }] },
        },
      },
    });
  });

  it('is packed where that saves a unit, and read back the same', () => {
    const history = Array.from({ length: 20 }, (_, at) => ({
      at: `2026-01-01T00:00:${at}.000Z`,
      what: 'claimed',
      owner: 'edf-processor-1',
    }));
    const item = itemOf({ kind: 'job', history, text: 'ä\u0000"', n: Number.MAX_SAFE_INTEGER });
    const attributes = attributesOf(item);
    expect(Object.keys(attributes)).toContain('packed');
    expect(Object.keys(attributes)).not.toContain('data');
    expect(byteLengthOf(attributes)).toBeLessThanOrEqual(1_024);
    expect(itemFrom(attributes)).toEqual(item);
  });

  it('is not packed where that saves nothing', () => {
    const text = randomBytes(1_500).toString('base64').slice(0, 1_900);
    expect(Object.keys(attributesOf(itemOf({ text })))).toContain('data');
  });

  it.each([9e15, 1e21, 1.5e-7, -0.125, 9e99, 9e300, 5e-324, -1.7976931348623157e308])(
    'keeps the number %d',
    (n) => {
      expect(itemFrom(attributesOf(itemOf({ n }))).data).toEqual({ n });
    },
  );

  it('takes for null what JSON takes for null', () => {
    expect(itemFrom(attributesOf(itemOf({ n: Number.NaN, gone: undefined }))).data).toEqual({ n: null });
  });

  it.each([
    [{ S: 'ä' }, 2],
    [{ S: '' }, 0],
    [{ NULL: true as const }, 1],
    [{ BOOL: false }, 1],
    [{ B: new Uint8Array(7) }, 7],
    [{ L: [] }, 3],
    [{ L: [{ S: 'ab' }, { S: 'c' }] }, 3 + 1 + 2 + 1 + 1],
    [{ M: { ab: { S: 'cde' } } }, 3 + 1 + 2 + 3],
  ])('has the length that AWS documents (%j)', (value, expected) => {
    expect(byteLengthOf({ a: value })).toBe(1 + expected);
  });
});

describe('packed data', () => {
  // Written when the format was made: tables hold such bytes for ever.
  const frozen = 'Q8uoWDMARTEUWwsA';

  it('of the first day can be read', () => {
    const data = {
      kind: 'job',
      status: 'succeeded',
      history: [{ at: '2026-01-01T00:00:00.000Z', what: 'accepted' }],
    };
    expect(unpackData(Buffer.from(frozen, 'base64'))).toEqual(data);
    expect(Buffer.from(packData(JSON.stringify(data))).toString('base64').length).toBeLessThanOrEqual(
      frozen.length,
    );
  });
});
