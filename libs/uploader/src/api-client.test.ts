import { createApiClient } from './api-client.ts';
import type { ApiClientOptions } from './api-client.ts';
import { ApiProblem, NetworkError } from './errors.ts';
import { problemOf, startFakeServer } from './test-support/fake-server.ts';
import type { FakeServer } from './test-support/fake-server.ts';
import { fakeTiming } from './test-support/fake-timing.ts';
import { waitForJob } from './wait-for-job.ts';
import { isTransient, retryDelayMs } from './retry.ts';

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

function clientOf(more: Partial<ApiClientOptions> = {}) {
  const timing = fakeTiming();
  return {
    timing,
    client: createApiClient({ baseUrl: server.url, getToken: () => server.token, timing, ...more }),
  };
}

test('a refused token is asked for anew once', async () => {
  const asked: unknown[] = [];
  const { client } = clientOf({
    getToken: (options) => {
      asked.push(options?.refresh ?? false);
      return options?.refresh ? server.token : 'stale';
    },
  });
  await expect(client.listJobs()).resolves.toMatchObject({ data: [] });
  expect(asked).toEqual([false, true]);
});

test('who has to sign in first takes none of the time that an answer may take', async () => {
  const answerSeconds = 0.2;
  // Longer than an answer may take: nothing but time itself tells the two apart.
  const signedIn = () => new Promise((resolve) => setTimeout(resolve, 1.5 * answerSeconds * 1_000));
  for (const isRefused of [false, true]) {
    const getToken = async (options?: { refresh?: boolean }) => {
      if (isRefused && !options?.refresh) return 'stale';
      await signedIn();
      return server.token;
    };
    const { client, timing } = clientOf({ answerSeconds, getToken });
    await expect(client.listJobs()).resolves.toMatchObject({ data: [] });
    expect(timing.slept).toEqual([]);
  }
});

test('a call that is given up ends while somebody still has to sign in', async () => {
  const { client } = clientOf({ getToken: () => new Promise<string>(() => {}) });
  const controller = new AbortController();
  const call = client.listJobs({}, { signal: controller.signal });
  controller.abort(new Error('given up'));
  await expect(call).rejects.toThrow('given up');
});

test('a token that stays refused is a problem, not a loop', async () => {
  const { client } = clientOf({ getToken: () => 'stale' });
  await expect(client.listJobs()).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(server.log).toHaveLength(2);
});

test('Retry-After is waited for', async () => {
  const limited = problemOf(429, 'rate-limited') as { status: number; headers: Record<string, string> };
  const reactions = [{ ...limited, headers: { ...limited.headers, 'retry-after': '7' } }];
  server.react = () => reactions.shift() ?? null;
  const { client, timing } = clientOf();
  await client.listJobs();
  expect(timing.slept).toEqual([7_250]);
});

test('a full quota is told at once, without repeating for hours', async () => {
  server.react = () => problemOf(429, 'quota-exceeded');
  const { client, timing } = clientOf();
  await expect(client.listJobs()).rejects.toBeInstanceOf(ApiProblem);
  expect(timing.slept).toEqual([]);
});

test('an answer that never comes ends by its limit', async () => {
  server.react = () => 'hang';
  const { client } = clientOf({ answerSeconds: 0.03, patienceSeconds: 0 });
  await expect(client.listJobs()).rejects.toThrow('no answer within');
});

test('an error page of something in between is not taken for an answer', async () => {
  server.react = () => ({ status: 200, body: '<html>' });
  const { client } = clientOf({ patienceSeconds: 0 });
  await expect(client.listJobs()).rejects.toBeInstanceOf(NetworkError);
});

test('a 404 page without a problem is told as not-found with a hint at the address', async () => {
  server.react = () => ({ status: 404, body: 'nginx' });
  await expect(clientOf().client.getJob('job_1')).rejects.toMatchObject({ code: 'not-found' });
});

test('an abort ends a call with its reason', async () => {
  server.react = () => 'hang';
  const controller = new AbortController();
  const reason = new Error('stop');
  const call = clientOf().client.listJobs({}, { signal: controller.signal });
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
});

test('what getToken throws reaches the caller as it is', async () => {
  const error = new Error('not signed in');
  const { client } = clientOf({ getToken: () => Promise.reject(error) });
  await expect(client.listJobs()).rejects.toBe(error);
});

test('relative URLs of results are resolved against the base URL', () => {
  const { client } = clientOf({ baseUrl: 'http://host:1/' });
  expect(client.resolveUrl('/files/a?b')).toBe('http://host:1/files/a?b');
  expect(client.resolveUrl('https://store/x')).toBe('https://store/x');
});

test('a wait grows, is jittered, and never exceeds 20 s, or 2 min when the server asks', () => {
  expect(retryDelayMs(1, 1, null)).toBe(1_000);
  expect(retryDelayMs(3, 0.5, null)).toBe(2_000);
  expect(retryDelayMs(100, 0.999_999, null)).toBeLessThanOrEqual(20_000);
  expect(retryDelayMs(1, 0, 86_400)).toBe(120_000);
});

test('an error nobody knows is not repeated', () => {
  expect(isTransient(new TypeError('a mistake in our code'))).toBe(false);
});

test('a job is waited for until it has ended, a moment of not being there included', async () => {
  const versions = [
    { status: 'queued', version: 1 },
    { status: 'running', version: 2 },
    { status: 'running', version: 2 },
    { status: 'failed', version: 3 },
  ];
  let missing = 1;
  server.react = () =>
    missing-- > 0
      ? problemOf(404, 'not-found')
      : { status: 200, body: JSON.stringify(versions.length > 1 ? versions.shift() : versions[0]) };
  const told: string[] = [];
  const job = await waitForJob(clientOf().client, 'job_1', { onJob: ({ status }) => told.push(status) });
  expect(job.status).toBe('failed');
  expect(told).toEqual(['queued', 'running', 'failed']);
});

test('waiting for a job ends by its limit', async () => {
  server.react = () => ({ status: 200, body: JSON.stringify({ status: 'queued', version: 1 }) });
  await expect(waitForJob(clientOf().client, 'job_1', { limitSeconds: 60 })).rejects.toMatchObject({
    code: 'wait-limit',
  });
});
