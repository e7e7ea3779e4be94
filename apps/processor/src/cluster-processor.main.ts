import type { Work } from '@edf-pipeline/jobs';
import { assertTable, createLedgerClient, createDynamodbLedger } from '@edf-pipeline/ledger/dynamodb';
import type { Logger } from '@edf-pipeline/service';
import { awaitDependency, createUlidFactory } from '@edf-pipeline/service';
import { createS3Store } from '@edf-pipeline/storage/s3';
import { createAnalysisPool } from './analysis-pool.ts';
import type { ProcessorConfig } from './config.ts';
import { createLeaseNotes, giveBackLeft } from './lease-notes.ts';
import type { ProcessOutcome } from './process-recording.ts';
import { processWork } from './process-recording.ts';

/** The processor on the services of a cluster, whatever hands it its work. */
export interface ClusterProcessor {
  /** Waits until table and bucket are there. */
  awaitServices(signal: AbortSignal): Promise<void>;
  /** What the process before this one held when it died goes on at once. */
  giveBackLeft(signal: AbortSignal): Promise<void>;
  process(work: Work, signal: AbortSignal): Promise<ProcessOutcome>;
  close(): Promise<void>;
}

/** @param leaseFolder see `createLeaseNotes`; without it leases run out after a crash */
export function createClusterProcessor(
  config: ProcessorConfig,
  logger: Logger,
  leaseFolder?: string,
): ClusterProcessor {
  const { region, bucket, table: tableName, isPathStyle: forcePathStyle, owner } = config;
  const client = createLedgerClient({ region });
  const storage = { region, bucket, forcePathStyle };
  const store = createS3Store(storage);
  const pool = createAnalysisPool({
    storage: { kind: 's3', options: storage },
    heapMegabytes: config.heapMegabytes,
    stopSeconds: 5,
  });
  const ledger = createDynamodbLedger({
    client,
    tableName,
    leaseSeconds: config.leaseSeconds,
    idsFrom: createUlidFactory,
  });
  const leases = leaseFolder === undefined ? undefined : createLeaseNotes(leaseFolder, logger);
  const deps = {
    ledger,
    leases,
    store,
    analyse: pool.analyse,
    owner,
    logger,
    heartbeatSeconds: config.heartbeatSeconds,
    maxInflatedBytes: config.maxInflatedBytes,
    memoryMegabytes: config.heapMegabytes,
    monotonicSeconds: () => performance.now() / 1000,
  };
  return {
    async awaitServices(signal) {
      await awaitDependency('table', () => assertTable(client, tableName), { logger, signal });
      await awaitDependency('bucket', () => store.assertBucket(), { logger, signal });
    },
    async giveBackLeft(signal) {
      const count = leases ? await giveBackLeft({ ledger, logger, leases }, signal) : 0;
      if (count > 0) logger.info('Work of the process before this one was given back', { count });
    },
    process: (work, signal) => processWork(deps, work, signal),
    close: () => pool.close(),
  };
}
