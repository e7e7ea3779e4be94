import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LedgerStore, Write } from '../../ledger-store.ts';
import { StoreUnavailable } from '../../ledger-store.ts';
import { seededRandom } from '../../test-support/random.ts';
import type { World } from '../../test-support/world.ts';
import { createWorld } from '../../test-support/world.ts';
import { createDynamodbLedgerStore } from '../dynamodb-store.ts';
import type { LossyClient } from './lossy-client.ts';
import { createLossyClient } from './lossy-client.ts';

/**
 * A world whose ledger talks to a real server through a client that loses requests and responses. The rules see what
 * was really written; the verbs hear only what the lossy client tells.
 */
export function createLossyWorld(
  real: DynamoDBClient,
  tableName: string,
  seed: number,
): { world: World; lossy: LossyClient } {
  const random = seededRandom(seed);
  const lossy = createLossyClient(real, random);
  const truth = createDynamodbLedgerStore({ client: real, tableName });
  const heard = createDynamodbLedgerStore({ client: lossy.client, tableName, random, sleep: async () => {} });
  const unheard = new Map<readonly Write[], unknown>();
  const known: LedgerStore = {
    ...heard,
    async write(writes) {
      try {
        await heard.write(writes);
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || !(await wasCarriedOut(truth, writes))) throw error;
        unheard.set(writes, error);
      }
    },
  };
  const disturb = (watched: LedgerStore): LedgerStore => ({
    ...watched,
    async write(writes) {
      await watched.write(writes);
      const error = unheard.get(writes);
      unheard.delete(writes);
      if (error) throw error;
    },
  });
  return { world: createWorld(known, { seed, disturb }), lossy };
}

async function wasCarriedOut(truth: LedgerStore, writes: readonly Write[]): Promise<boolean> {
  for (const write of writes) {
    if (write.kind === 'put') return (await truth.get(write.item))?.writer === write.item.writer;
    if (write.kind === 'delete') return (await truth.get(write.key))?.version !== write.expect;
  }
  return false;
}
