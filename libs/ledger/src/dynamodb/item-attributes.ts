import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToAttr, convertToNative } from '@aws-sdk/util-dynamodb';
import type { IndexEntry, IndexName, Indexes, Item, Key } from '../ledger-store.ts';
import { packData, unpackData } from './packed-data.ts';
import { EXPIRY_ATTRIBUTE, indexAttributes, indexNames } from './table-definition.ts';

/** An item as DynamoDB keeps it. */
export type Attributes = Record<string, AttributeValue>;

export const keyAttributes = (key: Key): Attributes => ({ pk: { S: key.pk }, sk: { S: key.sk } });

/** DynamoDB counts a write by the KB begun. */
const unitsFor = (byteLength: number) => Math.ceil(byteLength / 1024);

/**
 * The item as attributes. `data` is a map, so that it can be read and filtered where the table is looked at; `packed`
 * is the same deflated, where that makes each write of the item cheaper.
 */
export function attributesOf(item: Item): Attributes {
  const head = headOf(item);
  const json = JSON.stringify(item.data);
  const pack = (): Attributes => ({ ...head, packed: { B: packData(json) } });
  if (hasExtremeNumber.test(json)) return pack();
  // What JSON cannot say (undefined, NaN) is left to it, as in the other stores.
  const data = convertToAttr(JSON.parse(json), { allowImpreciseNumbers: true });
  const plain = { ...head, data };
  const units = unitsFor(byteLengthOf(plain));
  if (units === 1) return plain;
  const packed = pack();
  return unitsFor(byteLengthOf(packed)) < units ? packed : plain;
}

/** Beyond 10^±100; DynamoDB's numbers end at 10^±125. May be text that only looks so, which does no harm. */
const hasExtremeNumber = /\de[+-]\d{3}/;

function headOf(item: Item): Attributes {
  const attributes: Attributes = {
    ...keyAttributes(item),
    version: { N: String(item.version) },
    writer: { S: item.writer },
  };
  for (const [name, entry] of Object.entries(item.indexes) as [IndexName, IndexEntry][]) {
    const { partition, sort } = indexAttributes(name);
    attributes[partition] = { S: entry.partition };
    attributes[sort] = { S: entry.sort };
  }
  if (item.expiresAt !== undefined) attributes[EXPIRY_ATTRIBUTE] = { N: String(item.expiresAt) };
  return attributes;
}

export function itemFrom(attributes: Attributes): Item {
  const expiresAt = attributes[EXPIRY_ATTRIBUTE]?.N;
  return {
    ...keyFrom(attributes),
    version: Number(attributes['version']?.N),
    writer: textOf(attributes, 'writer'),
    indexes: indexesFrom(attributes),
    ...(expiresAt !== undefined && { expiresAt: Number(expiresAt) }),
    data: dataFrom(attributes),
  };
}

function dataFrom({ data, packed }: Attributes): unknown {
  if (packed?.B) return unpackData(packed.B);
  return data && convertToNative(data, { wrapNumbers: Number });
}

export const keyFrom = (attributes: Attributes): Key => ({
  pk: textOf(attributes, 'pk'),
  sk: textOf(attributes, 'sk'),
});

/** Where an item or an index's copy of it says that it stands in this index. */
export function entryFrom(attributes: Attributes, index: IndexName): IndexEntry | undefined {
  const names = indexAttributes(index);
  const [partition, sort] = [attributes[names.partition]?.S, attributes[names.sort]?.S];
  return partition === undefined || sort === undefined ? undefined : { partition, sort };
}

function indexesFrom(attributes: Attributes): Indexes {
  const found = indexNames.flatMap((name) => {
    const entry = entryFrom(attributes, name);
    return entry ? [[name, entry] as const] : [];
  });
  return Object.fromEntries(found);
}

const textOf = (attributes: Attributes, name: string) => attributes[name]?.S ?? '';

/**
 * How many bytes DynamoDB counts for an item: names and values of all attributes.
 * Source: developer guide, "DynamoDB item sizes and formats"; numbers are counted generously.
 */
export function byteLengthOf(attributes: Attributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + byteLengthOfValue(value),
    0,
  );
}

const CONTAINER_BYTES = 3;

function byteLengthOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-?0*|[.e+-]/g, '').length / 2) + 2;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.L !== undefined)
    return value.L.reduce((sum, each) => sum + 1 + byteLengthOfValue(each), CONTAINER_BYTES);
  if (value.M !== undefined) return byteLengthOf(value.M) + Object.keys(value.M).length + CONTAINER_BYTES;
  return 1;
}
