import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, UpdateTimeToLiveCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from './table-definition.ts';

const MAX_WAIT_SECONDS = 120;

/**
 * Creates the ledger's table and waits until it can be used: for stand-ins and trials. In a deployment the table
 * belongs to what keeps the infrastructure.
 */
export async function createLedgerTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const { table, timeToLive } = tableDefinition(tableName);
  await client.send(new CreateTableCommand(table));
  await waitUntilTableExists(
    { client, maxWaitTime: MAX_WAIT_SECONDS, minDelay: 1 },
    { TableName: tableName },
  );
  await client.send(new UpdateTimeToLiveCommand(timeToLive));
}
