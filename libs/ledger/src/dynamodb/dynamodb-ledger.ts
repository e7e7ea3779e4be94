import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Ledger } from '../ledger.ts';
import { defaultLedgerSettings } from '../settings.ts';
import { createDynamodbLedgerStore } from './dynamodb-store.ts';
import { createLedgerClock } from './ledger-clock.ts';

export interface DynamodbLedgerOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly leaseSeconds: number;
  /** Makes ids from a clock. */
  readonly idsFrom: (clock: () => Date) => () => string;
}

/** The ledger of a program in a cluster: one table, its time, chance of its own. */
export function createDynamodbLedger({
  client,
  tableName,
  leaseSeconds,
  idsFrom,
}: DynamodbLedgerOptions): Ledger {
  const clock = createLedgerClock(client);
  return {
    store: createDynamodbLedgerStore({ client, tableName }),
    settings: { ...defaultLedgerSettings, leaseSeconds },
    clock,
    newId: idsFrom(clock),
    random: Math.random,
  };
}
