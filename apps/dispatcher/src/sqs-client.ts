import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';

const CONNECT_SECONDS = 5;

/**
 * A client for long polls of `waitSeconds`. The SDK waits for ever for an answer that does not come: a receive that was
 * lost behind a silent connection would never end, and the dispatcher would look as if there were no messages.
 */
export function createSqsClient(
  waitSeconds: number,
  config: SQSClientConfig,
  /** How much longer than the poll SQS may take to answer. */
  patienceSeconds = 10,
): SQSClient {
  return new SQSClient({
    ...config,
    requestHandler: {
      connectionTimeout: CONNECT_SECONDS * 1000,
      socketTimeout: (waitSeconds + patienceSeconds) * 1000,
    },
  });
}
