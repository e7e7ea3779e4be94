import { ledgerStoreContract } from '@edf-pipeline/ledger/contract';
import { createLedgerService, storeOf } from './ledger-service.ts';

ledgerStoreContract('simulated', async () => ({
  store: storeOf(
    createLedgerService({
      keep: (value) => structuredClone(value),
      propagate: (_address, update) => update(),
      onWrite: () => undefined,
    }),
  ),
  dispose: async () => undefined,
}));
