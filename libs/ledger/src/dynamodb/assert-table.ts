import type { DynamoDBClient, TableDescription } from '@aws-sdk/client-dynamodb';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { LedgerTableUnusable } from './errors.ts';
import { defaultRequestLimits, realTime, sendRequest } from './request-sender.ts';
import { EXPIRY_ATTRIBUTE, tableDefinition } from './table-definition.ts';

/**
 * Checks, before the first request is served, that the table is what the ledger needs, and the client too.
 *
 * @throws LedgerTableUnusable with everything that is wrong in one sentence; StoreUnavailable when there is no answer
 */
export async function assertTable(
  client: DynamoDBClient,
  tableName: string,
  signal?: AbortSignal,
): Promise<void> {
  if ((await client.config.maxAttempts()) !== 1) {
    throw new LedgerTableUnusable(
      'client-retries',
      tableName,
      'the client retries by itself, and would take its own lost write for somebody else’s; make it with createLedgerClient()',
    );
  }
  const sender = { client, tableName, limits: defaultRequestLimits, random: Math.random, ...realTime };
  const input = { TableName: tableName };
  const { Table } = await sendRequest(
    sender,
    (to, { abortSignal }) => to.send(new DescribeTableCommand(input), { abortSignal }),
    true,
    signal,
  );
  const { TimeToLiveDescription } = await sendRequest(
    sender,
    (to, { abortSignal }) => to.send(new DescribeTimeToLiveCommand(input), { abortSignal }),
    true,
    signal,
  );
  const status = TimeToLiveDescription?.TimeToLiveStatus ?? 'DISABLED';
  const isExpiring =
    TimeToLiveDescription?.AttributeName === EXPIRY_ATTRIBUTE && /^ENABL(ED|ING)$/.test(status);
  const faults = [
    ...faultsOfTable(tableName, Table ?? {}),
    ...(isExpiring ? [] : [`time to live is not on for attribute ${EXPIRY_ATTRIBUTE}`]),
  ];
  if (faults.length > 0) {
    throw new LedgerTableUnusable(
      'table-differs',
      tableName,
      `table ${tableName} is not as tableDefinition('${tableName}') says: ${faults.join('; ')}`,
    );
  }
}

function faultsOfTable(tableName: string, found: TableDescription): string[] {
  const { table } = tableDefinition(tableName);
  const faults: string[] = [];
  const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
  const keysOf = (schema: TableDescription['KeySchema']) =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).sort();
  // While it is being changed a table serves requests all the same.
  if (found.TableStatus !== 'ACTIVE' && found.TableStatus !== 'UPDATING')
    faults.push(`it is ${found.TableStatus ?? 'in no known state'}`);
  if (differs(keysOf(found.KeySchema), keysOf(table.KeySchema))) faults.push('its key is not pk, sk');
  for (const wanted of table.GlobalSecondaryIndexes) {
    const index = found.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === wanted.IndexName);
    const name = `index ${wanted.IndexName}`;
    if (!index) faults.push(`${name} is missing`);
    else if (differs(keysOf(index.KeySchema), keysOf(wanted.KeySchema)))
      faults.push(`${name} has other keys`);
    else if (index.IndexStatus === 'CREATING') faults.push(`${name} is still being filled`);
  }
  return faults;
}
