import { randomUUID } from 'node:crypto';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { LedgerStore } from '../ledger-store.ts';
import { assertOneTransaction } from '../ledger-store.ts';
import { itemFrom, keyAttributes } from './item-attributes.ts';
import { queryItems } from './query-pages.ts';
import type { DynamodbClient, RequestLimits, SenderOptions } from './request-sender.ts';
import { defaultRequestLimits, realTime, sendRequest } from './request-sender.ts';
import { describeRefusal, entriesFor } from './write-request.ts';

export interface DynamodbLedgerStoreOptions {
  /** One that does not retry: see `createLedgerClient`. */
  readonly client: DynamodbClient;
  /** A table made from `tableDefinition`; check it with `assertTable` before the first use. */
  readonly tableName: string;
  readonly limits?: Partial<RequestLimits>;
  /** For tests: chance, waiting, time and transaction tokens. */
  readonly random?: () => number;
  readonly sleep?: SenderOptions['sleep'];
  readonly monotonicMs?: () => number;
  readonly newToken?: () => string;
}

/**
 * The ledger in one DynamoDB table, for any number of processes.
 *
 * Refusals that pass (throttling, conflicts of transactions) are waited out inside. A transaction carries a token, so
 * it is sent again until it is answered. A single write has none: when its answer is lost, that is what the caller
 * hears (StoreUnavailable), and the ledger looks who wrote the item last.
 *
 * @throws from its methods also WriteNotStorable (the write can never be) and LedgerTableUnusable (an operator has to act)
 */
export function createDynamodbLedgerStore(options: DynamodbLedgerStoreOptions): LedgerStore {
  const { client, tableName, newToken = randomUUID } = options;
  const sender: SenderOptions = {
    client,
    tableName,
    limits: { ...defaultRequestLimits, ...options.limits },
    random: options.random ?? Math.random,
    sleep: options.sleep ?? realTime.sleep,
    monotonicMs: options.monotonicMs ?? realTime.monotonicMs,
  };

  const send = (entries: TransactWriteItem[], signal?: AbortSignal): Promise<unknown> => {
    const [only] = entries;
    if (entries.length === 1 && only?.Put) {
      const put = new PutItemCommand(only.Put);
      return sendRequest(sender, (to, { abortSignal }) => to.send(put, { abortSignal }), false, signal);
    }
    if (entries.length === 1 && only?.Delete) {
      const remove = new DeleteItemCommand(only.Delete);
      return sendRequest(sender, (to, { abortSignal }) => to.send(remove, { abortSignal }), false, signal);
    }
    const transaction = new TransactWriteItemsCommand({
      TransactItems: entries,
      ClientRequestToken: newToken(),
    });
    return sendRequest(sender, (to, { abortSignal }) => to.send(transaction, { abortSignal }), true, signal);
  };

  return {
    async get(key, signal) {
      const command = new GetItemCommand({
        TableName: tableName,
        Key: keyAttributes(key),
        ConsistentRead: true,
      });
      const { Item } = await sendRequest(
        sender,
        (to, { abortSignal }) => to.send(command, { abortSignal }),
        true,
        signal,
      );
      return Item ? itemFrom(Item) : null;
    },

    async write(writes, signal) {
      assertOneTransaction(writes);
      if (writes.length === 0) return;
      const entries = entriesFor(tableName, writes);
      try {
        await send(entries, signal);
      } catch (error) {
        throw describeRefusal(error, writes);
      }
    },

    query: (query, signal) => queryItems(sender, query, signal),
  };
}
