import { startMinistack } from '@edf-pipeline/stand-ins';
import type { Ministack } from '@edf-pipeline/stand-ins';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreHarness } from '../contract/harness.ts';
import { s3MinimumPartBytes } from '../check-parts.ts';
import { objectStoreContract } from '../object-store.contract.ts';
import { createS3Store } from './s3-store.ts';
import { testCredentials } from './test-support/documented-s3.ts';
import { makeVersionedBucket } from './test-support/make-bucket.ts';
import { sendRaw } from './test-support/send-raw.ts';

const bucket = 'recordings';
let ministack: Ministack;
beforeAll(async () => {
  ministack = await startMinistack();
  await makeVersionedBucket(ministack.endpoint, bucket);
});
afterAll(() => ministack.stop());

/** Each is described in docs/stand-ins.md, and passes in s3-store.test.ts against a server that follows the documentation. */
const differences = ['a signed PUT stores exactly what it was signed for'];

async function makeHarness(): Promise<StoreHarness> {
  const options = { bucket, region: 'us-east-1', endpoint: ministack.endpoint, forcePathStyle: true };
  const store = createS3Store(options, { credentials: testCredentials });
  return {
    store,
    send: sendRaw,
    async expire({ expiresAt }) {
      await delay(expiresAt.getTime() + 1000 - Date.now());
    },
    minimumPartBytes: s3MinimumPartBytes,
    isBoundedInMemory: true,
    async dispose() {
      store.close();
    },
  };
}

objectStoreContract('S3 on ministack', makeHarness, differences);
