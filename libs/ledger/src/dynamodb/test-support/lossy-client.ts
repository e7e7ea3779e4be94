import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamodbClient } from '../request-sender.ts';
import { awsError } from './documented-dynamodb.ts';

/** Shares of requests, 0 to 1, with which something goes wrong between the store and a real server. */
export interface Losses {
  readonly lostRequest: number;
  readonly lostResponse: number;
  readonly throttled: number;
  readonly transactionConflict: number;
}

export interface LossyClient {
  readonly client: DynamodbClient;
  losses: Losses;
  /** How many requests met a fault. */
  readonly count: number;
}

export const noLosses: Losses = { lostRequest: 0, lostResponse: 0, throttled: 0, transactionConflict: 0 };

const cut = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });

/** @param random decides what goes wrong, and so makes a run repeatable */
export function createLossyClient(real: DynamoDBClient, random: () => number): LossyClient {
  let count = 0;
  const happens = (share: number) => {
    const isHit = share > 0 && random() < share;
    if (isHit) count += 1;
    return isHit;
  };
  const lossy = {
    losses: noLosses,
    get count() {
      return count;
    },
    client: {
      send: async (...call: unknown[]) => {
        const { losses } = lossy;
        if (happens(losses.throttled)) throw awsError('ThrottlingException', 'Rate exceeded');
        if (happens(losses.transactionConflict))
          throw awsError('TransactionConflictException', 'Transaction is ongoing for the item');
        if (happens(losses.lostRequest)) throw cut();
        const answer = await (real.send as (...args: unknown[]) => Promise<unknown>).apply(real, call);
        if (happens(losses.lostResponse)) throw cut();
        return answer;
      },
    } as unknown as DynamodbClient,
  };
  return lossy;
}
