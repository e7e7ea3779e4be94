import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The SDK learns the time to the second, a second late; below this our own clock is the better one. */
const TRUSTED_MS = 5_000;

/**
 * The time as the ledger has it. The SDK learns from the answers to its requests how far this machine's clock is off,
 * since it could not sign otherwise; what is written goes by that too, so that a process whose clock is an hour ahead
 * sets no deadline that others see an hour late.
 *
 * @param systemTime this machine's clock
 */
export function createLedgerClock(
  client: Pick<DynamoDBClient, 'config'>,
  systemTime: () => number = Date.now,
): () => Date {
  return () => {
    const { systemClockOffset } = client.config;
    return new Date(systemTime() + (Math.abs(systemClockOffset) < TRUSTED_MS ? 0 : systemClockOffset));
  };
}
