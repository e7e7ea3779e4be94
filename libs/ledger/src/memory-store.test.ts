import { ledgerStoreContract } from './ledger-store.contract.ts';
import { createMemoryLedgerStore } from './memory-store.ts';

ledgerStoreContract('memory', async () => ({ store: createMemoryLedgerStore(), dispose: async () => {} }));
