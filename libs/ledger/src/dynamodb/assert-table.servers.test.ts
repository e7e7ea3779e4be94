import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { assertTable } from './assert-table.ts';
import { createDynamodbLedgerStore } from './dynamodb-store.ts';
import { tableDefinition } from './table-definition.ts';
import { serverKinds, startTableServer } from './test-support/table-on-server.ts';
import type { TableServer } from './test-support/table-on-server.ts';

describe.each(serverKinds)('the check of the table at start, on %s', (kind) => {
  let server: TableServer;
  beforeAll(async () => {
    server = await startTableServer(kind);
  }, 90_000);
  afterAll(() => server.stop());

  let count = 0;
  const makeOther = async (
    change: (table: CreateTableCommandInput) => Partial<CreateTableCommandInput>,
    isExpiring: boolean,
  ) => {
    const tableName = `other-${++count}`;
    const { table, timeToLive } = tableDefinition(tableName);
    await server.client.send(new CreateTableCommand({ ...table, ...change(table) }));
    if (isExpiring) await server.client.send(new UpdateTimeToLiveCommand(timeToLive));
    return tableName;
  };

  it('passes the table that the definition makes', async () => {
    await assertTable(server.client, await server.makeTable());
  });

  it('says what to do when there is no table', async () => {
    const check = assertTable(server.client, 'nowhere');
    await expect(check).rejects.toMatchObject({ code: 'table-missing', tableName: 'nowhere' });
    await expect(check).rejects.toThrow(/create it from tableDefinition\('nowhere'\)/);
  });

  it('names every index that is missing or has other keys, and the missing expiry, at once', async () => {
    const tableName = await makeOther(
      ({ GlobalSecondaryIndexes = [], AttributeDefinitions = [] }) => ({
        AttributeDefinitions: AttributeDefinitions.filter(
          ({ AttributeName }) => !/^status/.test(AttributeName ?? ''),
        ),
        GlobalSecondaryIndexes: GlobalSecondaryIndexes.filter(({ IndexName }) => IndexName !== 'status').map(
          (index) =>
            index.IndexName === 'due'
              ? {
                  ...index,
                  KeySchema: [
                    { AttributeName: 'dueSk', KeyType: 'HASH' as const },
                    { AttributeName: 'duePk', KeyType: 'RANGE' as const },
                  ],
                }
              : index,
        ),
      }),
      false,
    );
    const check = assertTable(server.client, tableName);
    await expect(check).rejects.toMatchObject({ code: 'table-differs' });
    await expect(check).rejects.toThrow(
      /index due has other keys; index status is missing; time to live is not on for attribute expiresAt/,
    );
  });

  it('refuses a client that would retry by itself', async () => {
    const { endpoint, region, credentials } = server.client.config;
    const client = new DynamoDBClient({ endpoint, region, credentials });
    await expect(assertTable(client, await server.makeTable())).rejects.toMatchObject({
      code: 'client-retries',
    });
    client.destroy();
  });

  it('is not needed to hear of a missing table or index: each call of the store says so', async () => {
    const store = createDynamodbLedgerStore({ client: server.client, tableName: 'nowhere' });
    await expect(store.get({ pk: 'P', sk: 'A' })).rejects.toMatchObject({ code: 'table-missing' });
    const tableName = await makeOther(
      ({ KeySchema = [] }) => ({
        GlobalSecondaryIndexes: undefined,
        AttributeDefinitions: KeySchema.map(({ AttributeName }) => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
      }),
      true,
    );
    const bare = createDynamodbLedgerStore({ client: server.client, tableName });
    await expect(bare.query({ index: 'due', partition: 'DUE#1', limit: 1 })).rejects.toMatchObject({
      code: 'table-missing',
    });
  });
});
