import type { BatchGetItemCommandOutput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { IndexName, Item, Key, Query } from '../ledger-store.ts';
import type { Attributes } from './item-attributes.ts';
import { entryFrom, itemFrom, keyAttributes, keyFrom } from './item-attributes.ts';
import type { SenderOptions } from './request-sender.ts';
import { createTries, sendRequest } from './request-sender.ts';
import { indexAttributes } from './table-definition.ts';

/** DynamoDB's limit for one BatchGetItem. */
const MAX_BATCH = 100;
/** So many entries of an index, which hold keys only, fit into the 4 KB that the smallest read costs. */
const ENTRIES_PER_READ = 20;

/**
 * Items by partition in sort order. An index says which items to look at, the table says what they are: an item that
 * has gone, or stands elsewhere in the index by now, is left out, and the next one taken, so that fewer than `limit`
 * always means that there are no more.
 */
export async function queryItems(
  options: SenderOptions,
  query: Query,
  signal?: AbortSignal,
): Promise<Item[]> {
  const { index, limit } = query;
  const request = requestFor(options.tableName, query);
  const found: Item[] = [];
  if (!request) return found;
  let next: Attributes | undefined;
  while (found.length < limit) {
    const wanted = limit - found.length;
    // An entry at `before` itself may come first, and is not shown.
    const Limit = index === 'primary' ? wanted + 1 : Math.max(wanted + 1, ENTRIES_PER_READ);
    const input = { ...request, Limit, ExclusiveStartKey: next };
    const page = await sendRequest(
      options,
      (client, { abortSignal }) => client.send(new QueryCommand(input), { abortSignal }),
      true,
      signal,
    );
    const entries = (page.Items ?? []).filter((entry) => sortOf(entry, index) !== query.before);
    if (index === 'primary') found.push(...entries.slice(0, wanted).map(itemFrom));
    else await addStanding(options, entries, index, found, limit, signal);
    next = page.LastEvaluatedKey;
    if (!next) break;
  }
  return found;
}

const sortOf = (attributes: Attributes, index: Query['index']) =>
  attributes[index === 'primary' ? 'sk' : indexAttributes(index).sort]?.S;

/** The request without its place in the pages; null when no sort key can be meant. */
function requestFor(tableName: string, query: Query): QueryCommandInput | null {
  const { index, partition, before, descending = false } = query;
  // DynamoDB knows no empty keys: nothing is below one, and everything at or behind it.
  const from = query.from === '' ? undefined : query.from;
  if (partition === '' || before === '') return null;
  if (
    from !== undefined &&
    before !== undefined &&
    Buffer.compare(Buffer.from(from), Buffer.from(before)) >= 0
  )
    return null;
  const names = index === 'primary' ? { partition: 'pk', sort: 'sk' } : indexAttributes(index);
  const values: Attributes = { ':partition': { S: partition } };
  if (from !== undefined) values[':from'] = { S: from };
  if (before !== undefined) values[':before'] = { S: before };
  return {
    TableName: tableName,
    ...(index === 'primary' ? { ConsistentRead: true } : { IndexName: index }),
    KeyConditionExpression: `${names.partition} = :partition${sortCondition(names.sort, from, before)}`,
    ExpressionAttributeValues: values,
    ScanIndexForward: !descending,
  };
}

/** One condition on the sort key is allowed; with two ends it is BETWEEN, which includes both. */
function sortCondition(sort: string, from: string | undefined, before: string | undefined): string {
  if (from !== undefined && before !== undefined) return ` AND ${sort} BETWEEN :from AND :before`;
  if (from !== undefined) return ` AND ${sort} >= :from`;
  return before === undefined ? '' : ` AND ${sort} < :before`;
}

/** Adds the items that still stand where the index shows them, in its order, until there are `limit`. */
async function addStanding(
  options: SenderOptions,
  entries: readonly Attributes[],
  index: IndexName,
  found: Item[],
  limit: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let start = 0; start < entries.length && found.length < limit;) {
    const chunk = entries.slice(start, start + Math.min(limit - found.length, MAX_BATCH));
    start += chunk.length;
    const items = await readTogether(options, chunk.map(keyFrom), signal);
    for (const entry of chunk) {
      const item = items.get(addressOf(keyFrom(entry)));
      const shown = entryFrom(entry, index);
      const stands = item?.indexes[index];
      if (item && stands?.partition === shown?.partition && stands?.sort === shown?.sort) found.push(item);
    }
  }
}

const addressOf = ({ pk, sk }: Key) => JSON.stringify([pk, sk]);

/** As last written, strongly consistent; keys that DynamoDB leaves unprocessed are asked for again. */
async function readTogether(
  options: SenderOptions,
  keys: readonly Key[],
  signal?: AbortSignal,
): Promise<Map<string, Item>> {
  const { tableName } = options;
  const items = new Map<string, Item>();
  const tries = createTries(options, signal);
  // An index may show an item twice while it moves; a batch may name it once.
  let left = [...new Map(keys.map((key) => [addressOf(key), keyAttributes(key)])).values()];
  while (left.length > 0) {
    const input = { RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } };
    const answer: BatchGetItemCommandOutput = await sendRequest(
      options,
      (client, { abortSignal }) => client.send(new BatchGetItemCommand(input), { abortSignal }),
      true,
      signal,
    );
    const read = answer.Responses?.[tableName] ?? [];
    for (const attributes of read) items.set(addressOf(keyFrom(attributes)), itemFrom(attributes));
    left = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as Attributes[];
    if (read.length > 0) tries.progress();
    if (left.length > 0) await tries.pause(new Error(`${left.length} keys were left unprocessed`));
  }
  return items;
}
