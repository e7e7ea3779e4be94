import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { IndexName, Item, LedgerStore, Write } from '../../ledger-store.ts';
import type { DynamodbClient } from '../request-sender.ts';
import { attributesOf, byteLengthOf } from '../item-attributes.ts';
import { indexNames } from '../table-definition.ts';

/** What one write of one item costs, as AWS documents it. */
export interface ItemUnits {
  readonly item: string;
  readonly byteLength: number;
  readonly isTransaction: boolean;
  readonly table: number;
  readonly indexes: Partial<Record<IndexName, number>>;
}

/**
 * Write units of one write: one for each KB begun of the larger of old and new item, twice that within a transaction;
 * and for each index with keys only, one to enter it, one to leave it, two to move within it, none to stay. The index
 * part is not doubled by a transaction.
 * Source: developer guide, "DynamoDB read and write operations" and "Using Global Secondary Indexes".
 */
export function unitsOf(
  before: Item | undefined,
  after: Item | undefined,
  name: string,
  isTransaction: boolean,
): ItemUnits {
  const sizeOf = (item: Item | undefined) => (item ? byteLengthOf(attributesOf(item)) : 0);
  const byteLength = Math.max(sizeOf(before), sizeOf(after));
  const indexes: Partial<Record<IndexName, number>> = {};
  for (const index of indexNames) {
    const [from, to] = [before?.indexes[index], after?.indexes[index]];
    const isSame = from?.partition === to?.partition && from?.sort === to?.sort;
    if (!isSame) indexes[index] = (from ? 1 : 0) + (to ? 1 : 0);
  }
  const table = Math.ceil(byteLength / 1024) * (isTransaction ? 2 : 1);
  return { item: name, byteLength, isTransaction, table, indexes };
}

export const totalOf = ({ table, indexes }: ItemUnits) =>
  Object.values(indexes).reduce((sum, units) => sum + units, table);

/** A store that counts the units of what goes through it. */
export interface CountingStore extends LedgerStore {
  /** What was counted since the last call. */
  take(): ItemUnits[];
}

export function countUnits(store: LedgerStore): CountingStore {
  const items = new Map<string, Item>();
  let counted: ItemUnits[] = [];
  const count = (write: Write, isTransaction: boolean) => {
    const { pk, sk } = write.kind === 'put' ? write.item : write.key;
    const address = JSON.stringify([pk, sk]);
    const before = items.get(address);
    const after = write.kind === 'put' ? write.item : write.kind === 'check' ? before : undefined;
    const kind = ((after ?? before)?.data as { kind?: string } | undefined)?.kind ?? 'item';
    counted.push(unitsOf(before, after, kind, isTransaction));
    if (after) items.set(address, after);
    else items.delete(address);
  };
  return {
    get: store.get,
    query: store.query,
    async write(writes, signal) {
      await store.write(writes, signal);
      for (const write of structuredClone(writes)) count(write, writes.length > 1);
    },
    take() {
      const taken = counted;
      counted = [];
      return taken;
    },
  };
}

/** A client that asks for what each write has consumed, and adds it up. */
export interface MeteredClient {
  readonly client: DynamodbClient;
  /** Write units that the server reported since the last call: of lone writes, and of transactions, table and indexes. */
  take(): { lone: number; transactionTable: number; transactionIndexes: number };
}

const writeNames = new Set(['PutItemCommand', 'DeleteItemCommand', 'TransactWriteItemsCommand']);

export function meterClient(real: DynamoDBClient): MeteredClient {
  const nothing = { lone: 0, transactionTable: 0, transactionIndexes: 0 };
  let sum = { ...nothing };
  return {
    client: {
      send: async (command: { constructor: { name: string }; input: object }, ...rest: unknown[]) => {
        const isWrite = writeNames.has(command.constructor.name);
        if (isWrite) Object.assign(command.input, { ReturnConsumedCapacity: 'INDEXES' });
        const answer = await (
          real.send as (...args: unknown[]) => Promise<{ ConsumedCapacity?: unknown }>
        ).apply(real, [command, ...rest]);
        if (isWrite) for (const each of [answer.ConsumedCapacity].flat()) add(each as ConsumedCapacity);
        return answer;

        function add(capacity: ConsumedCapacity) {
          const indexes = Object.values(capacity.GlobalSecondaryIndexes ?? {}).reduce(
            (units, index) => units + (index.CapacityUnits ?? 0),
            0,
          );
          const total = capacity.CapacityUnits ?? 0;
          if (command.constructor.name !== 'TransactWriteItemsCommand') sum.lone += total;
          else {
            sum.transactionTable += total - indexes;
            sum.transactionIndexes += indexes;
          }
        }
      },
    } as unknown as DynamodbClient,
    take() {
      const taken = sum;
      sum = { ...nothing };
      return taken;
    },
  };
}
