import { LambdaClient } from '@aws-sdk/client-lambda';
import { assertRedis, createBullmqQueue, incarnationOf, watchIncarnation } from '@edf-pipeline/jobs/bullmq';
import { createLambdaQueue } from '@edf-pipeline/jobs/lambda';
import { createLeaseObserver, createRouting } from '@edf-pipeline/ledger';
import { assertTable, createLedgerClient, createDynamodbLedger } from '@edf-pipeline/ledger/dynamodb';
import {
  awaitDependency,
  createHealth,
  createLogger,
  createOutboundGuard,
  createUlidFactory,
  createWebhookSeal,
  runMain,
  serveHttp,
} from '@edf-pipeline/service';
import { createS3Store } from '@edf-pipeline/storage/s3';
import { createAnnouncer } from './announce-change.ts';
import { assertQueue } from './assert-queue.ts';
import { readConfig } from './config.ts';
import type { DispatcherDeps } from './deps.ts';
import { recover, startDispatcher } from './dispatcher.ts';
import { handleMessage } from './handle-message.ts';
import { createInternalApp } from './internal-app.ts';
import { defaultSqsPollerSettings, pollSqs } from './poll-sqs.ts';
import { redriveDeadLetters } from './redrive-dead-letters.ts';
import { createSqsClient } from './sqs-client.ts';
import { createWebhookSender } from './webhook-sender.ts';

await runMain(process, async (signal) => {
  const config = readConfig(process.env);
  const { region, bucket, table: tableName, queueUrl, deadLetterQueueUrl, lambdaFunction } = config;
  const logger = createLogger({ name: 'dispatcher', level: config.logLevel });
  const health = createHealth();
  const client = createLedgerClient({ region });
  const sqs = createSqsClient(defaultSqsPollerSettings.waitSeconds, { region });
  const objects = createS3Store({ region, bucket, forcePathStyle: config.isPathStyle });
  const redis = { url: config.redisUrl };
  const small = createBullmqQueue({ redis, pool: 'small', window: config.queueSlots });
  const announcer = createAnnouncer(config.redisUrl, logger);
  const ledger = createDynamodbLedger({
    client,
    tableName,
    leaseSeconds: config.leaseSeconds,
    idsFrom: createUlidFactory,
  });
  const webhooks = config.webhookKey
    ? createWebhookSender({
        ledger,
        seal: createWebhookSeal(config.webhookKey),
        guard: createOutboundGuard({ trustedOrigins: config.webhookTrustedOrigins }),
        logger,
      })
    : undefined;
  const deps: DispatcherDeps = {
    ledger,
    objects,
    poolFor: createRouting(config.routing),
    queues: {
      small,
      ...(lambdaFunction && {
        tiny: createLambdaQueue({
          client: new LambdaClient({ region }),
          functionName: lambdaFunction,
          slotsPerRound: 20,
        }),
      }),
    },
    observer: createLeaseObserver(config.leaseSeconds, () => performance.now() / 1000),
    logger,
    deliver: async (entry) => {
      await webhooks?.tell(entry);
      await announcer.announce(entry);
    },
    webhooks,
    settings: config.loops,
  };
  const redrive = (limit: number) => redriveDeadLetters(sqs, { deadLetterQueueUrl, queueUrl }, limit);
  const app = createInternalApp({ dispatcher: deps, health, redrive });
  const http = await serveHttp(app, config.port, config.host);
  await awaitDependency('table', () => assertTable(client, tableName), { logger, signal });
  await awaitDependency('bucket', () => objects.assertBucket(), { logger, signal });
  await awaitDependency('queue', () => assertQueue(sqs, queueUrl, signal), { logger, signal });
  await awaitDependency('redis', () => assertRedis(redis), { logger, signal });

  const dispatcher = startDispatcher(deps);
  const recoverAllBut = async (current: string) => {
    const isGone = (executor: string) => (incarnationOf(executor) ?? current) !== current;
    const count = await recover(deps, isGone);
    if (count > 0) logger.warn('Redis has lost what it held; it was handed out again', { count });
    dispatcher.wake();
  };
  const incarnation = watchIncarnation({
    redis,
    seconds: 2,
    // Redis may have lost everything while no dispatcher lived to see it.
    onFirst: recoverAllBut,
    onLost: ({ current }) => recoverAllBut(current),
    onError: (error) => logger.warn('Redis could not be asked who it is', { error }),
  });
  const poller = pollSqs({
    client: sqs,
    queueUrl,
    handle: async (body, stopping) => {
      const fate = await handleMessage(deps, bucket, body, stopping);
      dispatcher.wake();
      return fate;
    },
    logger,
    settings: defaultSqsPollerSettings,
  });
  health.setReady(true);
  logger.info('The dispatcher is ready', { port: http.port });
  return {
    logger,
    phases: [
      { name: 'receive nothing more', seconds: 10, run: () => poller.stop() },
      { name: 'end the loops', seconds: 10, run: () => dispatcher.stop() },
      {
        name: 'end connections',
        seconds: 5,
        run: () =>
          Promise.all([incarnation.stop(), small.close(), announcer.close(), http.close(1)]).then(
            () => undefined,
          ),
      },
    ],
  };
});
