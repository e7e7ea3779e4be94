import { createS3Store } from '../s3-store.ts';
import type { S3Store, S3StoreOptions } from '../s3-store.ts';
import type { DocumentedS3 } from './documented-s3.ts';
import { startDocumentedS3, testCredentials } from './documented-s3.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { startFaultProxy } from './fault-proxy.ts';

export const testBucket = 'recordings';

/** A store that reaches its S3 through a proxy that does harm. Waits between tries take no time and are written down. */
export interface FaultyScene {
  readonly store: S3Store;
  readonly s3: DocumentedS3;
  readonly proxy: FaultProxy;
  /** Milliseconds. */
  readonly waits: number[];
  stop(): Promise<void>;
}

export async function startFaultyScene(options: Partial<S3StoreOptions> = {}): Promise<FaultyScene> {
  const s3 = await startDocumentedS3(testBucket);
  const proxy = await startFaultProxy(s3.endpoint);
  const waits: number[] = [];
  const store = createS3Store(
    {
      bucket: testBucket,
      region: 'us-east-1',
      endpoint: proxy.endpoint,
      forcePathStyle: true,
      idleSeconds: 1,
      attempts: 4,
      ...options,
    },
    {
      credentials: testCredentials,
      random: () => 0.5,
      async delay(ms) {
        waits.push(ms);
      },
    },
  );
  return {
    store,
    s3,
    proxy,
    waits,
    async stop() {
      store.close();
      await proxy.stop();
      await s3.stop();
    },
  };
}
