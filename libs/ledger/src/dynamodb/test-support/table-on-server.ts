import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { standInClient, startDynamodbLocal, startMinistack } from '@edf-pipeline/stand-ins';
import { createLedgerTable } from '../create-table.ts';
import { createLedgerClient } from '../ledger-client.ts';
import { tableDefinition } from '../table-definition.ts';

export const serverKinds = ['DynamoDB Local', 'ministack'] as const;
export type ServerKind = (typeof serverKinds)[number];

export interface TableServer {
  readonly client: DynamoDBClient;
  /**
   * A new table; answers its name.
   *
   * @param isExpiring false where the test's clock lies behind the server's, which would drop what is not due yet
   */
  makeTable(isExpiring?: boolean): Promise<string>;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export async function startTableServer(kind: ServerKind): Promise<TableServer> {
  const server = await (kind === 'ministack' ? startMinistack() : startDynamodbLocal());
  const client = createLedgerClient(standInClient(server.endpoint));
  return {
    client,
    async makeTable(isExpiring = true) {
      const tableName = `ledger-${randomUUID()}`;
      if (isExpiring) await createLedgerTable(client, tableName);
      else await client.send(new CreateTableCommand(tableDefinition(tableName).table));
      return tableName;
    },
    signal: server.signal,
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}
