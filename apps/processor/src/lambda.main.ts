import { runLambdaRuntime } from '@edf-pipeline/jobs/lambda';
import { createLogger, untilAskedToStop } from '@edf-pipeline/service';
import { createClusterProcessor } from './cluster-processor.main.ts';
import { readLambdaConfig } from './config.ts';

/** What the last writes of work that is given back take, and some more. */
const RELEASE_SECONDS = 10;

// The processor as a Lambda function, for tiny recordings: the bootstrap of a custom runtime or container image.
const config = readLambdaConfig(process.env);
const logger = createLogger({ name: 'processor', level: config.logLevel });
const stopping = new AbortController();
void untilAskedToStop(process).then(() => stopping.abort(new Error('asked to stop')));
await runLambdaRuntime({
  address: config.runtimeApi,
  init: async () => {
    const processor = createClusterProcessor(config, logger);
    await processor.awaitServices(AbortSignal.any([stopping.signal, AbortSignal.timeout(8_000)]));
    return async (work, signal) => {
      await processor.process(work, signal);
      return 'done';
    };
  },
  releaseSeconds: RELEASE_SECONDS,
  clock: () => new Date(),
  onError: (error, work) =>
    logger.error('An invocation could not be brought to an end', { jobId: work?.jobId, error }),
  signal: stopping.signal,
});
process.exit(0);
