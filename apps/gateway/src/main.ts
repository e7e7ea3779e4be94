import { Redis } from 'ioredis';
import { createRouting, readMachineClient } from '@edf-pipeline/ledger';
import { assertTable, createLedgerClient, createDynamodbLedger } from '@edf-pipeline/ledger/dynamodb';
import {
  awaitDependency,
  createHealth,
  createLogger,
  createUlidFactory,
  runMain,
  serveHttp,
} from '@edf-pipeline/service';
import { createS3Store } from '@edf-pipeline/storage/s3';
import { createTokenVerifier } from './access-token.ts';
import { createChangeSignal } from './change-signal.ts';
import { readConfig } from './config.ts';
import { createCursors } from './cursor.ts';
import { fetchKeysFrom } from './fetch-keys.ts';
import { createFileNameSeal } from './file-name-seal.ts';
import { createHttpApp, originOf } from './http-app.ts';
import { createKeySet } from './key-set.ts';
import { createMachineClients } from './machine-clients.ts';
import { createLookNotes } from './note-look.ts';
import { connectCounter } from './connect-counter.ts';
import { createQuotas } from './quotas.ts';
import { createRateLimits } from './rate-limits.ts';
import { createRedisChangeSignal } from './redis-change-signal.ts';
import { createWebhooks } from './webhooks.ts';

await runMain(process, async (signal) => {
  const config = readConfig(process.env);
  const logger = createLogger({ name: 'gateway', level: config.logLevel });
  const health = createHealth();
  const { region, bucket, table: tableName, isPathStyle: forcePathStyle, publicEndpoint, issuer } = config;
  const client = createLedgerClient({ region });
  const store = createS3Store({ region, bucket, forcePathStyle, publicEndpoint });
  // It subscribes once, however long Redis is away when the gateway starts.
  const redis =
    config.redisUrl === undefined ? null : new Redis(config.redisUrl, { maxRetriesPerRequest: null });
  const onRedisError = (error: unknown) =>
    logger.warn('Redis does not answer; live events come later, limits hold for each gateway alone', {
      error,
    });
  redis?.on('error', onRedisError);
  const counter = config.redisUrl === undefined ? null : connectCounter(config.redisUrl, onRedisError);
  const ledger = createDynamodbLedger({
    client,
    tableName,
    leaseSeconds: config.leaseSeconds,
    idsFrom: createUlidFactory,
  });
  const { clock } = ledger;
  const app = createHttpApp({
    pageFolder: config.pageFolder,
    objectStoreOrigin: await originOf(store),
    signIn: config.signIn,
    gateway: {
      ledger,
      store,
      changes: redis ? createRedisChangeSignal(redis, onRedisError) : createChangeSignal(),
      logger,
      health,
      poolFor: createRouting(config.routing),
      rates: createRateLimits({ ...config.rates, redis: counter, onRedisError }),
      quotas: createQuotas({ ledger, prices: config.prices }),
      prices: config.prices,
      seal: createFileNameSeal(config.fileNameKey),
      cursors: createCursors(config.cursorKey),
      webhooks: config.webhookKey
        ? createWebhooks(config.webhookKey, config.webhookTrustedOrigins)
        : undefined,
      verify: createTokenVerifier({
        issuer,
        clientIds: config.clientIds,
        keys: createKeySet({ fetchKeys: fetchKeysFrom(config.jwksUrl), clock }),
        clock,
        machineClient: createMachineClients({ lookUp: (id) => readMachineClient(ledger, id), clock }),
      }),
      looks: createLookNotes(ledger),
      settings: {
        signatureSeconds: 900,
        completeSeconds: 5,
        feedSettleMs: 2_000,
        // Clocks are trusted to 5 s, and a write that is throttled is tried again for about as long as this.
        feedLateMs: 30_000,
        feedLookSeconds: config.feedLookSeconds,
        inFlight: config.inFlight,
        trustedProxyHops: config.trustedProxyHops,
      },
    },
  });
  // Probes are answered from the first moment on: who waits for a table says so, and is not ready.
  const http = await serveHttp(app, config.port, config.host);
  await awaitDependency('table', () => assertTable(client, tableName), { logger, signal });
  await awaitDependency('bucket', () => store.assertBucket(), { logger, signal });
  health.setReady(true);
  logger.info('The gateway is ready', { port: http.port });
  return {
    logger,
    phases: [
      { name: 'leave the load balancer', seconds: 30, run: () => health.leave(config.drainSeconds) },
      { name: 'end requests', seconds: 15, run: () => http.close(10) },
      { name: 'end connections', seconds: 2, run: () => (redis?.disconnect(), counter?.disconnect()) },
    ],
  };
});
