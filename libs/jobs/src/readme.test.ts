import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { createInProcessQueue } from './in-process-queue.ts';
import * as lambda from './lambda/index.ts';
import { startLambdaService } from './test-support/lambda-service.ts';
import { readme, runExample } from './test-support/readme-example.ts';

test('the example of the README prints what the README says', async () => {
  const { printed, promised } = await runExample('An example', { createInProcessQueue });

  expect(printed).toBe(promised);
});

test('the Lambda example of the README prints what the README says', async () => {
  const service = await startLambdaService({ functionName: 'edf-processor' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  class LocalClient extends LambdaClient {
    constructor() {
      super({ endpoint: service.endpoint, region: 'us-east-1', credentials });
    }
  }
  const process = { env: { AWS_LAMBDA_RUNTIME_API: await service.startEnvironment() } };
  const { printed, promised } = await runExample('Lambda', { ...lambda, LambdaClient: LocalClient, process });
  await service.stop();

  expect(printed).toBe(promised);
});

test('the README names only files that are there', () => {
  const named = [...readme.matchAll(/`(src\/[a-z./-]+\.ts)`/g)].map(([, path]) => path!);

  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((path) => !existsSync(join(import.meta.dirname, '..', path)))).toEqual([]);
});
