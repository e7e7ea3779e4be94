import { s3MinimumPartBytes } from '../check-parts.ts';
import { objectStoreContract } from '../object-store.contract.ts';
import { createS3Store } from './s3-store.ts';
import type { DocumentedS3 } from './test-support/documented-s3.ts';
import { startDocumentedS3, testCredentials } from './test-support/documented-s3.ts';
import { sendRaw } from './test-support/send-raw.ts';

const bucket = 'recordings';
let s3: DocumentedS3;
beforeAll(async () => {
  s3 = await startDocumentedS3(bucket);
});
afterAll(() => s3.stop());

objectStoreContract('S3 as AWS documents it', async () => {
  const { endpoint } = s3;
  const options = { bucket, region: 'us-east-1', endpoint, forcePathStyle: true };
  const store = createS3Store(options, { credentials: testCredentials });
  return {
    store,
    send: sendRaw,
    async expire({ expiresAt }) {
      s3.setTime(new Date(expiresAt.getTime() + 1000));
    },
    minimumPartBytes: s3MinimumPartBytes,
    // The server shares this process, and keeps what it was sent.
    isBoundedInMemory: false,
    async dispose() {
      s3.setTime(undefined);
      store.close();
    },
  };
});
