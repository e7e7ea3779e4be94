import { assertRedis, runBullmqWorker } from '@edf-pipeline/jobs/bullmq';
import { awaitDependency, createHealth, createLogger, runMain, serveHttp } from '@edf-pipeline/service';
import { createClusterProcessor } from './cluster-processor.main.ts';
import { readWorkerConfig } from './config.ts';
import { createHealthApp } from './health-app.ts';

await runMain(process, async (signal) => {
  const config = readWorkerConfig(process.env);
  const logger = createLogger({ name: 'processor', level: config.logLevel });
  const health = createHealth();
  const processor = createClusterProcessor(config, logger, config.leaseFolder);
  const redis = { url: config.redisUrl };
  const http = await serveHttp(createHealthApp(health), config.port, config.host);
  await processor.awaitServices(signal);
  await processor.giveBackLeft(signal);
  await awaitDependency('redis', () => assertRedis(redis), { logger, signal });
  const worker = runBullmqWorker({
    redis,
    pool: 'small',
    concurrency: config.workers,
    // Redis may lose a lock and give the work to somebody else: the lease in the ledger decides who goes on.
    onLostLock: 'go-on',
    handler: async (work, stopping) => {
      await processor.process(work, stopping);
      return 'done';
    },
    hooks: {
      onError: (error) => logger.warn('The job queue does not answer', { error }),
      onWorkError: (error, { jobId }) =>
        logger.error('An attempt could not be brought to an end; its lease runs out', { jobId, error }),
      onLockLost: (work) => logger.info('Redis has lost the lock of running work; its lease holds', { work }),
      onStalled: (work) => logger.info('Work of a silent worker waits again', { work }),
      onLateEnd: (work) => logger.debug('Work ended that Redis no longer knew as ours', { work }),
    },
  });
  health.setReady(true);
  logger.info('The processor is ready', { port: http.port });
  const { graceSeconds } = config;
  return {
    logger,
    phases: [
      {
        name: 'give work back',
        seconds: graceSeconds + 10,
        run: async () => {
          health.setReady(false);
          await worker.stop({ graceSeconds, limitSeconds: graceSeconds + 8 });
        },
      },
      { name: 'end threads', seconds: 5, run: () => processor.close() },
      { name: 'end connections', seconds: 2, run: () => http.close() },
    ],
  };
});
