import type { CreateTableCommandInput, UpdateTimeToLiveCommandInput } from '@aws-sdk/client-dynamodb';
import type { IndexName } from '../ledger-store.ts';

/** Every index of the port; the type keeps it complete. */
const named: Record<IndexName, true> = {
  due: true,
  backlog: true,
  active: true,
  list: true,
  status: true,
  changed: true,
};

/** Names of the global secondary indexes: those of the port. */
export const indexNames = Object.keys(named) as readonly IndexName[];

/** The attributes in which an item says where it stands in an index. */
export const indexAttributes = (index: IndexName) => ({ partition: `${index}Pk`, sort: `${index}Sk` });

/** The attribute with the epoch second after which DynamoDB drops an item. */
export const EXPIRY_ATTRIBUTE = 'expiresAt';

/** What makes the ledger's table: two requests, since time to live cannot be set when a table is created. */
export interface TableDefinition {
  readonly table: CreateTableCommandInput & {
    readonly KeySchema: NonNullable<CreateTableCommandInput['KeySchema']>;
    readonly GlobalSecondaryIndexes: NonNullable<CreateTableCommandInput['GlobalSecondaryIndexes']>;
  };
  readonly timeToLive: UpdateTimeToLiveCommandInput;
}

/**
 * The one definition of the ledger's table, for tests, deployment and documentation. Indexes hold keys only: see
 * docs/adr/0011-dynamodb-ledger.md for what that saves.
 */
export function tableDefinition(tableName: string): TableDefinition {
  const keysOf = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const attributes = ['pk', 'sk', ...indexNames.flatMap((name) => Object.values(indexAttributes(name)))];
  return {
    table: {
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
      KeySchema: keysOf('pk', 'sk'),
      GlobalSecondaryIndexes: indexNames.map((name) => {
        const { partition, sort } = indexAttributes(name);
        return {
          IndexName: name,
          KeySchema: keysOf(partition, sort),
          Projection: { ProjectionType: 'KEYS_ONLY' as const },
        };
      }),
    },
    timeToLive: {
      TableName: tableName,
      TimeToLiveSpecification: { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true },
    },
  };
}
