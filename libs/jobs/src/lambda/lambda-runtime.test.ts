import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { WorkHandler } from '../job-queue.ts';
import { holdWork } from '../test-support/held-work.ts';
import type { LambdaService } from '../test-support/lambda-service.ts';
import { startLambdaService } from '../test-support/lambda-service.ts';
import { until } from '../test-support/until.ts';
import { createLambdaHandler } from './lambda-handler.ts';
import { runLambdaRuntime } from './lambda-runtime.ts';
import type { LambdaRuntimeOptions } from './lambda-runtime.ts';

const work = { tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 };
const disposals: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose();
});

async function startService(timeoutMs?: number): Promise<LambdaService> {
  const service = await startLambdaService({ functionName: 'edf', timeoutMs, retryWaitsMs: [1, 1] });
  disposals.push(() => service.stop());
  return service;
}

async function invoke(service: LambdaService, event: unknown) {
  const response = await fetch(`${service.endpoint}/2015-03-31/functions/edf/invocations`, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 test', 'x-amz-invocation-type': 'Event' },
    body: JSON.stringify(event),
  });
  if (response.status !== 202) throw new Error(`${response.status}`);
}

function run(address: string, options: Partial<LambdaRuntimeOptions> & { handler?: WorkHandler } = {}) {
  const stopping = new AbortController();
  const errors: unknown[] = [];
  const ended = runLambdaRuntime({
    address,
    init: async () => options.handler ?? (async () => 'done'),
    releaseSeconds: 0,
    clock: () => new Date(),
    onError: (error) => void errors.push(error),
    signal: stopping.signal,
    ...options,
  });
  const settled = ended.catch((error: unknown) => error);
  disposals.push(async () => {
    stopping.abort();
    await settled;
  });
  return { errors, stopping, ended };
}

describe('a Lambda runtime', () => {
  it('works off one event after the other and answers each', async () => {
    const service = await startService();
    const traces: unknown[] = [];
    run(await service.startEnvironment(), { onTrace: (trace) => void traces.push(trace) });
    await invoke(service, work);
    await invoke(service, { ...work, jobId: 'job_2' });
    await until(() => service.deliveries.filter(({ outcome }) => outcome).length === 2);

    expect(service.deliveries).toMatchObject([
      { outcome: 'responded', attempt: 1, answer: { body: 'null' } },
      { outcome: 'responded', attempt: 1, answer: { body: 'null' } },
    ]);
    expect(traces[0]).toMatch(/^Root=/);
  });

  it('has an event delivered three times in all when its handler rejects, and tells Lambda fixed words', async () => {
    const service = await startService();
    const { errors } = run(await service.startEnvironment(), {
      handler: async () => {
        throw new Error('CANARY');
      },
    });
    await invoke(service, work);
    await until(() => service.deliveries.filter(({ outcome }) => outcome).length === 3);

    expect(service.deliveries.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'failed'],
    ]);
    expect(service.deliveries[0]?.answer?.errorType).toBe('Work.Failed');
    expect(JSON.stringify(service.deliveries)).not.toContain('CANARY');
    expect(errors).toEqual([new Error('CANARY'), new Error('CANARY'), new Error('CANARY')]);
  });

  it('has work delivered again that is to come back later', async () => {
    const service = await startService();
    const outcomes = [{ againInSeconds: 5 }, 'done'] as const;
    let calls = 0;
    run(await service.startEnvironment(), { handler: async () => outcomes[calls++] ?? 'done' });
    await invoke(service, work);
    await until(() => service.deliveries.filter(({ outcome }) => outcome).length === 2);

    expect(service.deliveries.map(({ outcome }) => outcome)).toEqual(['failed', 'responded']);
  });

  it('goes on after an event that is no work', async () => {
    const service = await startService();
    const { errors } = run(await service.startEnvironment());
    await invoke(service, { CANARY: true });
    await until(() => service.deliveries.filter(({ outcome }) => outcome).length === 3);
    await invoke(service, work);
    await until(() => service.deliveries.at(-1)?.outcome === 'responded');

    expect(service.deliveries[0]?.answer?.errorType).toBe('Work.Invalid');
    expect(String(errors[0])).not.toContain('CANARY');
  });

  it('asks work to give itself back before the deadline, so that its environment is not killed', async () => {
    const service = await startService(600);
    const held = holdWork();
    run(await service.startEnvironment(), { handler: held.handler, releaseSeconds: 0.4 });
    await invoke(service, work);
    await until(() => service.deliveries[0]?.outcome !== undefined);

    expect(service.deliveries).toMatchObject([{ outcome: 'responded' }]);
    expect(held.stopped.get('job_1-d1-r0')).toEqual(new Error('the deadline of this invocation is near'));
  });

  it('is killed at the deadline with work that does not heed it, and another environment gets the event', async () => {
    const service = await startService(200);
    const deaf = holdWork('go-on');
    const first = run(await service.startEnvironment(), { handler: deaf.handler });
    await invoke(service, work);
    await until(() => service.deliveries[0]?.outcome === 'timed-out');
    run(await service.startEnvironment());
    await until(() => service.deliveries[1]?.outcome === 'responded');
    await deaf.finish(work);

    await expect(first.ended).rejects.toMatchObject({ code: expect.stringMatching(/^ECONN/) });
    expect(service.deliveries[1]?.attempt).toBe(2);
  });

  it('tells Lambda that it could not be set up, and ends', async () => {
    const service = await startService();
    const broken = new Error('the table CANARY is missing');
    const { ended } = run(await service.startEnvironment(), { init: () => Promise.reject(broken) });

    await expect(ended).rejects.toBe(broken);
    expect(service.initErrors).toEqual([expect.stringContaining('Runtime.InitFailed')]);
    expect(service.initErrors[0]).not.toContain('CANARY');
  });

  it('ends when it is stopped while it waits for an event', async () => {
    const service = await startService();
    const { stopping, ended } = run(await service.startEnvironment());
    stopping.abort();

    await expect(ended).resolves.toBeUndefined();
  });

  it('has running work give itself back when it is stopped, and answers for it', async () => {
    const service = await startService();
    const held = holdWork();
    const { stopping, ended } = run(await service.startEnvironment(), { handler: held.handler });
    await invoke(service, work);
    await held.hasBegun(1);
    stopping.abort();
    await ended;

    expect(service.deliveries).toMatchObject([{ outcome: 'responded' }]);
  });

  it('ends when the Runtime API says that it cannot go on', async () => {
    const server = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    disposals.push(() => server.close());
    const { ended } = run(`127.0.0.1:${(server.address() as AddressInfo).port}`);

    await expect(ended).rejects.toMatchObject({ code: 'lambda-runtime-api' });
  });
});

describe('a Lambda handler', () => {
  it('asks work to stop at once when the deadline is nearer than its release takes', async () => {
    const held = holdWork();
    const now = new Date('2026-03-01T12:00:00.000Z');
    const handle = createLambdaHandler({
      handler: held.handler,
      releaseSeconds: 10,
      clock: () => now,
      onError: () => undefined,
    });
    const answer = await handle({ payload: JSON.stringify(work), deadline: new Date(now.getTime() + 5_000) });

    expect(answer).toEqual({ kind: 'done' });
    expect(held.stopped.size).toBe(1);
  });

  it.each(['', '{', 'null', '"text"', '[]'])('answers an event of %j without rejecting', async (payload) => {
    const handle = createLambdaHandler({
      handler: async () => 'done',
      releaseSeconds: 0,
      clock: () => new Date(),
      onError: () => undefined,
    });

    expect(await handle({ payload, deadline: new Date(Date.now() + 60_000) })).toMatchObject({
      kind: 'again',
    });
  });
});
