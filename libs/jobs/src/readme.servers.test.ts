import { startRedis } from '@edf-pipeline/stand-ins';
import * as bullmq from './bullmq/index.ts';
import { runExample } from './test-support/readme-example.ts';

test('the BullMQ example of the README prints what the README says', async () => {
  const { url, stop } = await startRedis();
  const { printed, promised } = await runExample('BullMQ on Redis', bullmq, {
    'redis://127.0.0.1:6379': url,
  });
  await stop();

  expect(printed).toBe(promised);
});
