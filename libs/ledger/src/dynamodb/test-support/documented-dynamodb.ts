import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { IndexName } from '../../ledger-store.ts';
import type { Attributes } from '../item-attributes.ts';
import { byteLengthOf, entryFrom, keyFrom } from '../item-attributes.ts';
import type { DynamodbClient } from '../request-sender.ts';

/** What becomes of one request. */
export type Fault =
  | 'lost-request'
  | 'lost-response'
  | 'no-answer'
  | 'throttled'
  | 'transaction-conflict'
  | 'internal-error'
  | 'internal-error-after'
  | 'clock-skew'
  | 'access-denied'
  | 'no-table';

/** A table that behaves as AWS documents, where the stand-ins do not: it throttles, lags behind, forgets to answer. */
export interface DocumentedDynamodb {
  readonly client: DynamodbClient;
  /** Faults of the next requests, in order; afterwards all go well. */
  next(...faults: (Fault | 'none')[]): void;
  /** Names and inputs of all requests so far. */
  readonly requests: { readonly name: string; readonly input: Record<string, unknown> }[];
  /** Indexes show the items as they are now, until they catch up. */
  freezeIndexes(): void;
  catchUp(): void;
  /** How many entries end a page, as 1 MB does. */
  pageSize: number;
  /** How many keys of a batch are read before the rest is left unprocessed; null for all. */
  batchShare: number | null;
}

export function awsError(name: string, message: string, status = 400, data: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status }, ...data });
}

const addressOf = (attributes: Attributes) => JSON.stringify(Object.values(keyFrom(attributes)));
const conditionFailed = () => awsError('ConditionalCheckFailedException', 'The conditional request failed');
const invalid = (message: string) => awsError('ValidationException', message);

interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Attributes;
}

export function createDocumentedDynamodb(): DocumentedDynamodb {
  const items = new Map<string, Attributes>();
  const tokens = new Map<string, string>();
  const script: (Fault | 'none')[] = [];
  let frozen: Attributes[] | null = null;

  const holds = (write: Conditional & { Item?: Attributes; Key?: Attributes }) => {
    const stored = items.get(addressOf(write.Item ?? write.Key ?? {}));
    switch (write.ConditionExpression) {
      case undefined:
        return true;
      case 'attribute_not_exists(pk)':
        return stored === undefined;
      case 'version = :expected':
        return stored?.['version']?.N === write.ExpressionAttributeValues?.[':expected']?.N;
      default:
        throw invalid(`this table knows no condition ${write.ConditionExpression}`);
    }
  };

  const carryOut = ({ Put, Delete }: TransactWriteItem) => {
    if (Put?.Item) items.set(addressOf(Put.Item), structuredClone(Put.Item));
    if (Delete?.Key) items.delete(addressOf(Delete.Key));
  };

  const writeOne = (entry: TransactWriteItem) => {
    const write = entry.Put ?? entry.Delete ?? {};
    if (entry.Put?.Item) assertItem(entry.Put.Item);
    if (!holds(write)) throw conditionFailed();
    carryOut(entry);
    return {};
  };

  const transact = (entries: TransactWriteItem[], token: string) => {
    const payload = JSON.stringify(entries);
    const known = tokens.get(token);
    if (known === payload) return {};
    if (known !== undefined) throw awsError('IdempotentParameterMismatchException', 'another request');
    for (const { Put } of entries) if (Put?.Item) assertItem(Put.Item);
    const reasons = entries.map(({ Put, Delete, ConditionCheck }) =>
      holds(Put ?? Delete ?? ConditionCheck ?? {}) ? { Code: 'None' } : { Code: 'ConditionalCheckFailed' },
    );
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw awsError('TransactionCanceledException', 'Transaction cancelled', 400, {
        CancellationReasons: reasons,
      });
    }
    entries.forEach(carryOut);
    tokens.set(token, payload);
    return {};
  };

  const query = (input: QueryInput) => {
    const index = input.IndexName ?? 'primary';
    const values = input.ExpressionAttributeValues;
    const [from, before] = [values[':from']?.S, values[':before']?.S];
    if (Object.values(values).some(({ S }) => S === '')) throw invalid('a key cannot be empty');
    const isBetween = input.KeyConditionExpression.includes('BETWEEN');
    if (isBetween && compare(from ?? '', before ?? '') > 0) throw invalid('BETWEEN has its ends reversed');
    const standing = (index === 'primary' ? [...items.values()] : (frozen ?? [...items.values()])).flatMap(
      (attributes) => {
        const entry = standsAt(attributes, index);
        return entry?.partition === values[':partition']?.S ? [{ attributes, sort: entry?.sort ?? '' }] : [];
      },
    );
    const shown = standing
      .filter(({ sort }) => from === undefined || compare(sort, from) >= 0)
      .filter(({ sort }) => before === undefined || compare(sort, before) < (isBetween ? 1 : 0))
      .sort((a, b) => compare(a.sort, b.sort) * (input.ScanIndexForward === false ? -1 : 1));
    const start = input.ExclusiveStartKey;
    const at = start
      ? shown.findIndex(({ attributes }) => addressOf(attributes) === addressOf(start)) + 1
      : 0;
    const page = shown.slice(at, at + Math.min(input.Limit, fake.pageSize));
    const last = page.at(-1);
    const isMore = at + page.length < shown.length;
    return {
      Items: page.map(({ attributes }) => (index === 'primary' ? attributes : keysOnly(attributes, index))),
      ...(isMore && last && { LastEvaluatedKey: keysOnly(last.attributes, index) }),
    };
  };

  const readBatch = (tableName: string, keys: Attributes[]) => {
    if (keys.length > 100 || new Set(keys.map(addressOf)).size < keys.length)
      throw invalid('too many items requested, or the same twice');
    const share = fake.batchShare ?? keys.length;
    const [read, left] = [keys.slice(0, share), keys.slice(share)];
    return {
      // In no order that a caller could rely on.
      Responses: {
        [tableName]: read
          .map((key) => items.get(addressOf(key)))
          .filter((found) => found !== undefined)
          .reverse(),
      },
      UnprocessedKeys: left.length > 0 ? { [tableName]: { Keys: left } } : {},
    };
  };

  const answer = (name: string, input: never) => structuredClone(handlers[name]?.(input));
  const handlers: Record<string, (input: never) => unknown> = {
    GetItemCommand: ({ Key }: { Key: Attributes }) => ({ Item: items.get(addressOf(Key)) }),
    PutItemCommand: (Put: never) => writeOne({ Put }),
    DeleteItemCommand: (Delete: never) => writeOne({ Delete }),
    TransactWriteItemsCommand: (input: { TransactItems: TransactWriteItem[]; ClientRequestToken: string }) =>
      transact(input.TransactItems, input.ClientRequestToken),
    QueryCommand: query,
    BatchGetItemCommand: ({ RequestItems }: { RequestItems: Record<string, { Keys: Attributes[] }> }) => {
      const [[tableName, { Keys }] = ['', { Keys: [] }]] = Object.entries(RequestItems);
      return readBatch(tableName, Keys);
    },
  };

  const fake: DocumentedDynamodb = {
    client: {
      send: async (command: { constructor: { name: string }; input: never }, options: SendOptions) => {
        const { name } = command.constructor;
        fake.requests.push({ name, input: command.input });
        const fault = script.shift() ?? 'none';
        if (fault === 'none') return answer(name, command.input);
        const isAfter = fault === 'lost-response' || fault === 'internal-error-after';
        if (isAfter) answer(name, command.input);
        if (fault === 'no-answer') await untilAborted(options.abortSignal);
        throw errorOf(fault, name);
      },
    } as unknown as DynamodbClient,
    next: (...faults) => void script.push(...faults),
    requests: [],
    freezeIndexes: () => {
      frozen = structuredClone([...items.values()]);
    },
    catchUp: () => {
      frozen = null;
    },
    pageSize: 1_000,
    batchShare: null,
  };
  return fake;
}

interface SendOptions {
  readonly abortSignal: AbortSignal;
}

interface QueryInput {
  readonly IndexName?: IndexName;
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeValues: Attributes;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Attributes;
  readonly Limit: number;
}

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const standsAt = (attributes: Attributes, index: IndexName | 'primary') =>
  index === 'primary'
    ? { partition: attributes['pk']?.S ?? '', sort: attributes['sk']?.S ?? '' }
    : entryFrom(attributes, index);

function keysOnly(attributes: Attributes, index: IndexName | 'primary'): Attributes {
  const names = ['pk', 'sk', ...(index === 'primary' ? [] : [`${index}Pk`, `${index}Sk`])];
  return Object.fromEntries(names.flatMap((name) => (attributes[name] ? [[name, attributes[name]]] : [])));
}

/** Limits of every key and of the item, those of index keys included. */
function assertItem(attributes: Attributes): void {
  if (byteLengthOf(attributes) > 409_600) throw invalid('Item size has exceeded the maximum allowed size');
  for (const [name, { S }] of Object.entries(attributes)) {
    const limit = /^pk$|Pk$/.test(name) ? 2_048 : /^sk$|Sk$/.test(name) ? 1_024 : null;
    if (limit === null || S === undefined) continue;
    if (S === '' || Buffer.byteLength(S) > limit) throw invalid(`key ${name} is empty or too long`);
  }
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  // A timer of AbortSignal.timeout alone keeps no process alive.
  const alive = setInterval(() => {}, 1_000);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  clearInterval(alive);
  throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}

function errorOf(fault: Exclude<Fault, 'none'>, request: string): Error {
  switch (fault) {
    case 'lost-request':
    case 'lost-response':
    case 'no-answer':
      return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    case 'throttled':
      return request === 'TransactWriteItemsCommand'
        ? awsError('TransactionCanceledException', 'Transaction cancelled', 400, {
            CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
          })
        : awsError('ProvisionedThroughputExceededException', 'exceeded');
    case 'transaction-conflict':
      return request === 'TransactWriteItemsCommand'
        ? awsError('TransactionCanceledException', 'Transaction cancelled', 400, {
            CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
          })
        : awsError('TransactionConflictException', 'Transaction is ongoing for the item');
    case 'internal-error':
    case 'internal-error-after':
      return awsError('InternalServerError', 'Internal server error', 500);
    case 'clock-skew':
      return awsError('InvalidSignatureException', 'Signature expired: … is now earlier than …');
    case 'access-denied':
      return awsError('AccessDeniedException', 'User is not authorized to perform dynamodb:PutItem');
    case 'no-table':
      return awsError('ResourceNotFoundException', 'Requested resource not found');
  }
}
