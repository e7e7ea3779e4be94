import { ConfigError, createLogger, untilAskedToStop } from '@edf-pipeline/service';
import { createClusterProcessor } from './cluster-processor.main.ts';
import { readProcessorConfig } from './config.ts';
import { readWorkArguments } from './work-arguments.ts';

/** The file is bad, or the ledger holds why it failed: starting another pod would change nothing. */
const EXIT_FAILED = 42;

// One piece of work, then the end: what a Kubernetes Job runs.
const stopping = new AbortController();
void untilAskedToStop(process).then(() => stopping.abort(new Error('asked to stop')));
try {
  const config = readProcessorConfig(process.env);
  const work = readWorkArguments(process.argv.slice(2));
  const processor = createClusterProcessor(
    config,
    createLogger({ name: 'processor', level: config.logLevel }),
  );
  await processor.awaitServices(stopping.signal);
  const outcome = await processor.process(work, stopping.signal);
  await processor.close();
  process.exit(outcome === 'failed' ? EXIT_FAILED : 0);
} catch (error) {
  if (stopping.signal.aborted) process.exit(0);
  const isConfig = error instanceof ConfigError;
  process.stderr.write(
    `${isConfig ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(isConfig ? 2 : 1);
}
