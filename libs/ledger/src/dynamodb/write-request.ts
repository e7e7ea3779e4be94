import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Expectation, Key, Write } from '../ledger-store.ts';
import { WriteConflict } from '../ledger-store.ts';
import { WriteNotStorable } from './errors.ts';
import type { Attributes } from './item-attributes.ts';
import { attributesOf, byteLengthOf, keyAttributes } from './item-attributes.ts';
import { indexAttributes, indexNames } from './table-definition.ts';

/** Limits of DynamoDB. Source: developer guide, "Quotas in Amazon DynamoDB". */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

export const keyOfWrite = (write: Write): Key => {
  const { pk, sk } = write.kind === 'put' ? write.item : write.key;
  return { pk, sk };
};

/**
 * The writes as a transaction's entries; a lone put or delete has the same members in a request of its own.
 *
 * @throws WriteNotStorable before anything is sent, with the item at fault and its size
 */
export function entriesFor(tableName: string, writes: readonly Write[]): TransactWriteItem[] {
  let total = 0;
  const entries = writes.map((write): TransactWriteItem => {
    const condition = { TableName: tableName, ...conditionFor(write.expect) };
    if (write.kind === 'put') {
      const Item = attributesOf(write.item);
      total += assertStorable(write.item, Item);
      return { Put: { ...condition, Item } };
    }
    const Key = keyAttributes(write.key);
    assertKeys(write.key, Key);
    return write.kind === 'delete'
      ? { Delete: { ...condition, Key } }
      : { ConditionCheck: { ...condition, Key } };
  });
  const [first] = writes;
  if (first && total > MAX_TRANSACTION_BYTES) {
    throw new WriteNotStorable(
      'transaction-too-large',
      keyOfWrite(first),
      total,
      `${writes.length} writes of together ${total} bytes; a transaction holds ${MAX_TRANSACTION_BYTES} at most`,
    );
  }
  return entries;
}

function conditionFor(expect: Expectation) {
  return expect === 'absent'
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'version = :expected',
        ExpressionAttributeValues: { ':expected': { N: String(expect) } },
      };
}

function assertStorable(key: Key, attributes: Attributes): number {
  const byteLength = byteLengthOf(attributes);
  assertKeys(key, attributes);
  if (byteLength <= MAX_ITEM_BYTES) return byteLength;
  throw new WriteNotStorable(
    'item-too-large',
    { pk: key.pk, sk: key.sk },
    byteLength,
    `item ${key.pk} ${key.sk} has ${byteLength} bytes; DynamoDB holds ${MAX_ITEM_BYTES} at most. What grows belongs into the object store`,
  );
}

/** An item with a key that no index takes is refused as a whole. */
function assertKeys(key: Key, attributes: Attributes): void {
  const names = [{ partition: 'pk', sort: 'sk' }, ...indexNames.map(indexAttributes)];
  for (const { partition, sort } of names) {
    assertKey(key, attributes, partition, MAX_PARTITION_KEY_BYTES);
    assertKey(key, attributes, sort, MAX_SORT_KEY_BYTES);
  }
}

function assertKey(key: Key, attributes: Attributes, name: string, maxBytes: number): void {
  const text = attributes[name]?.S;
  if (text === undefined) return;
  const byteLength = Buffer.byteLength(text);
  if (byteLength > 0 && byteLength <= maxBytes) return;
  throw new WriteNotStorable(
    'key-not-storable',
    { pk: key.pk, sk: key.sk },
    byteLength,
    `${name} of item ${key.pk.slice(0, 100)} ${key.sk.slice(0, 100)} has ${byteLength} bytes; DynamoDB takes 1 to ${maxBytes}`,
  );
}

interface Refusal extends Error {
  readonly CancellationReasons?: readonly { readonly Code?: string; readonly Message?: string }[];
}

/** What an answer to a write means to the caller: whose expectation failed, or which write can never be. */
export function describeRefusal(error: unknown, writes: readonly Write[]): unknown {
  const { name, message, CancellationReasons = [] } = error as Refusal;
  const [first] = writes;
  if (!first) return error;
  if (name === 'ConditionalCheckFailedException') return new WriteConflict(keyOfWrite(first));
  const conflict = writes[CancellationReasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed')];
  if (conflict) return new WriteConflict(keyOfWrite(conflict));
  if (name !== 'ValidationException' && name !== 'TransactionCanceledException') return error;
  const reasonIndex = CancellationReasons.findIndex(({ Code }) => Code !== undefined && Code !== 'None');
  const atFault = writes[reasonIndex] ?? first;
  const reason = CancellationReasons[reasonIndex];
  const byteLength = atFault.kind === 'put' ? byteLengthOf(attributesOf(atFault.item)) : 0;
  const { pk, sk } = keyOfWrite(atFault);
  return new WriteNotStorable(
    'refused-by-dynamodb',
    { pk, sk },
    byteLength,
    `DynamoDB refuses item ${pk} ${sk} of ${byteLength} bytes: ${reason?.Message ?? reason?.Code ?? message}`,
    { cause: error },
  );
}
