import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { JobQueueHarness } from '../job-queue.contract.ts';
import { jobQueueContract } from '../job-queue.contract.ts';
import { isTransientQueueError } from '../job-queue-error.ts';
import { holdWork } from '../test-support/held-work.ts';
import type { LambdaService } from '../test-support/lambda-service.ts';
import { startLambdaService } from '../test-support/lambda-service.ts';
import { until } from '../test-support/until.ts';
import { createLambdaQueue } from './lambda-queue.ts';
import { runLambdaRuntime } from './lambda-runtime.ts';

const functionName = 'edf-processor';
const work = { tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 };

const disposals: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose();
});

function openQueue(endpoint: string, options: { name?: string; callSeconds?: number } = {}) {
  const client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  disposals.push(() => client.destroy());
  const { name = functionName, callSeconds } = options;
  return createLambdaQueue({ client, functionName: name, slotsPerRound: 10, callSeconds });
}

async function startService(): Promise<LambdaService> {
  const service = await startLambdaService({ functionName, retryWaitsMs: [1, 1] });
  disposals.push(() => service.stop());
  return service;
}

async function makeHarness(): Promise<JobQueueHarness> {
  const service = await startService();
  const held = holdWork();
  const stopping = new AbortController();
  for (let environments = 0; environments < 2; environments++) {
    const running = runLambdaRuntime({
      address: await service.startEnvironment(),
      init: async () => held.handler,
      releaseSeconds: 1,
      clock: () => new Date(),
      onError: () => undefined,
      signal: stopping.signal,
    });
    disposals.push(() => running);
  }
  disposals.push(() => stopping.abort());
  return { ...held, queue: openQueue(service.endpoint), dispose: async () => undefined };
}

jobQueueContract('Lambda', makeHarness);

describe('Lambda as an executor that cannot be asked', () => {
  it('is sent names alone, as an event', async () => {
    const service = await startService();
    await openQueue(service.endpoint).enqueue({ ...work, patient: 'CANARY' } as typeof work);
    const reading = await service.startEnvironment();
    const response = await fetch(`http://${reading}/2018-06-01/runtime/invocation/next`);

    expect(await response.json()).toEqual(work);
  });

  it('tells nothing of what it was handed, and takes the same number of pieces in each round', async () => {
    const queue = openQueue((await startService()).endpoint);
    const { executorRef } = await queue.enqueue(work);

    expect(await queue.inspect(executorRef)).toBe('unknown');
    expect(await queue.demand()).toEqual({ inHand: 0, freeSlots: 10 });
  });

  it('delivers twice now and then, under the same name', async () => {
    const service = await startService();
    service.deliverTwice();
    await openQueue(service.endpoint).enqueue(work);
    const held = holdWork();
    const stopping = new AbortController();
    const running = runLambdaRuntime({
      address: await service.startEnvironment(),
      init: async () => async (given, signal) => {
        void held.handler(given, signal);
        return 'done';
      },
      releaseSeconds: 1,
      clock: () => new Date(),
      onError: () => undefined,
      signal: stopping.signal,
    });
    await held.hasBegun(2);
    await until(() => service.deliveries.every(({ outcome }) => outcome === 'responded'));
    stopping.abort();
    await running;

    expect(held.begun).toEqual([work, work]);
  });

  it.each([
    [429, 'TooManyRequestsException', 'queue-throttled', true],
    [500, 'ServiceException', 'queue-unavailable', true],
    [502, 'ResourceNotReadyException', 'queue-unavailable', true],
    [409, 'ResourceConflictException', 'queue-unavailable', true],
    [403, 'AccessDeniedException', 'lambda-not-permitted', false],
    [413, 'RequestTooLargeException', 'work-too-large', false],
    [415, 'UnsupportedMediaTypeException', 'queue-refused', false],
  ])('says of %i %s that it is %s (may pass: %s)', async (status, type, code, isTransient) => {
    const service = await startService();
    service.refuseNext(status, type);
    const error: unknown = await openQueue(service.endpoint)
      .enqueue(work)
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code });
    expect(isTransientQueueError(error)).toBe(isTransient);
  });

  it('names the function that is not there', async () => {
    const { endpoint } = await startService();

    await expect(openQueue(endpoint, { name: 'edf-procesor' }).enqueue(work)).rejects.toMatchObject({
      code: 'lambda-function-missing',
      message: expect.stringContaining('edf-procesor'),
    });
  });

  it('may pass when nobody listens', async () => {
    const service = await startService();
    await service.stop();

    await expect(openQueue(service.endpoint).enqueue(work)).rejects.toMatchObject({
      code: 'queue-unavailable',
    });
  });

  it('gives up on a service that accepts and never answers', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    disposals.push(() => (silent.closeAllConnections(), silent.close()));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;

    await expect(openQueue(endpoint, { callSeconds: 0.2 }).enqueue(work)).rejects.toMatchObject({
      code: 'queue-timeout',
    });
  });

  it('refuses work that is more than names before it is sent', async () => {
    const queue = openQueue('http://127.0.0.1:1');

    await expect(queue.enqueue({ ...work, tenant: 'a'.repeat(300_000) })).rejects.toMatchObject({
      code: 'work-too-large',
    });
  });
});
