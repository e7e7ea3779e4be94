import { runBullmqWorker } from '../bullmq/bullmq-worker.ts';

// A worker process for a test to kill: it says what it has begun and never ends it.
const [url = '', pool = ''] = process.argv.slice(2);
runBullmqWorker({
  redis: { url },
  pool,
  concurrency: 1,
  handler: (work) => {
    process.stdout.write(`${work.jobId}\n`);
    return new Promise(() => undefined);
  },
  hooks: { onError: () => undefined, onWorkError: () => undefined },
  timing: { lockSeconds: 1, stalledSeconds: 0.5 },
});
