import { objectStoreContract } from '../object-store.contract.ts';
import { serveFileStore, smallPartBytes } from './test-support/served-file-store.ts';

objectStoreContract('file', async () => {
  const served = await serveFileStore();
  return {
    ...served,
    async expire({ expiresAt }) {
      served.setTime(new Date(expiresAt.getTime() + 1000));
    },
    minimumPartBytes: smallPartBytes,
    isBoundedInMemory: true,
    async dispose() {
      await served.dispose();
      expect(served.faults).toEqual([]);
    },
  };
});
