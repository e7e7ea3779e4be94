import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * A client for the ledger: it sends each request once. The SDK would send a conditional write again when an answer is
 * lost, fail on the effect of its own first try, and report that as somebody else's; its shared retry quota would also
 * make all retries stop after some dozens of failures. The store decides instead.
 *
 * Region, endpoint (`AWS_ENDPOINT_URL_DYNAMODB`) and credentials come from the SDK's own sources unless given.
 */
export function createLedgerClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    requestHandler: {
      connectionTimeout: 1_000,
      httpAgent: { maxSockets: 200 },
      httpsAgent: { maxSockets: 200 },
    },
    ...config,
    maxAttempts: 1,
  });
}
