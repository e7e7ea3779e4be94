import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { DynamodbClient } from '@edf-pipeline/ledger/dynamodb';
import { createDynamodbLedgerStore } from '@edf-pipeline/ledger/dynamodb';
import type { Place, PlaceKind } from './canary.ts';

type Attributes = Record<string, AttributeValue>;

/** Every row there is, as the table keeps it and, where that is packed, as the ledger reads it. */
export async function ledgerPlaces(client: DynamoDBClient, tableName: string): Promise<Place[]> {
  const places: Place[] = [];
  let ExclusiveStartKey: Attributes | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey }));
    for (const attributes of page.Items ?? []) places.push(await placeOf(attributes));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return places;
}

async function placeOf(attributes: Attributes): Promise<Place> {
  const data = await opened(attributes);
  const { kind, tenant } = data as { kind?: string; tenant?: string };
  return {
    kind: kindOf(kind),
    name: `${attributes.pk?.S} ${attributes.sk?.S}`,
    bytes: Buffer.from(`${JSON.stringify(attributes)}\n${JSON.stringify(data)}`),
    ...(tenant !== undefined && { tenant }),
  };
}

function kindOf(kind: string | undefined): PlaceKind {
  if (kind === 'webhook') return 'webhook row';
  return kind === 'audit' ? 'audit row' : 'ledger';
}

/** The adapter's own reading, of attributes that are at hand. */
async function opened(attributes: Attributes): Promise<unknown> {
  const client = { send: async () => ({ Item: attributes }) } as unknown as DynamodbClient;
  const store = createDynamodbLedgerStore({ client, tableName: 'at-hand' });
  const key = { pk: attributes.pk?.S ?? '', sk: attributes.sk?.S ?? '' };
  return (await store.get(key))?.data ?? null;
}

/** What was asked of the table, with what was packed in it also unpacked: rows that are gone by now stand here too. */
export async function ledgerRequestPlaces(requests: readonly Buffer[]): Promise<Place[]> {
  const places: Place[] = [];
  const known = new Set<string>();
  for (const [index, bytes] of requests.entries()) {
    const rows: string[] = [];
    for (const [, packed = ''] of bytes.toString('latin1').matchAll(/"packed":\{"B":"([\w+/=]+)"\}/g)) {
      if (known.has(packed)) continue;
      known.add(packed);
      const attributes = { pk: { S: 'P' }, sk: { S: 'S' }, packed: { B: Buffer.from(packed, 'base64') } };
      rows.push(JSON.stringify(await opened(attributes)));
    }
    places.push({
      kind: 'ledger request',
      name: `connection ${index + 1}`,
      bytes: Buffer.concat([bytes, Buffer.from(rows.join('\n'))]),
    });
  }
  return places;
}
