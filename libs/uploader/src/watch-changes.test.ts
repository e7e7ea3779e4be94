import type { Change, Job } from '@edf-pipeline/contracts';
import { createApiClient } from './api-client.ts';
import { ApiProblem } from './errors.ts';
import { problemOf, startFakeServer } from './test-support/fake-server.ts';
import type { FakeServer } from './test-support/fake-server.ts';
import { fakeTiming } from './test-support/fake-timing.ts';
import { watchChanges } from './watch-changes.ts';
import type { WatchChangesOptions } from './watch-changes.ts';

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const changeOf = (id: string, version: number): Change => ({ type: 'job', object: { id, version } as Job });

function watch(more: Partial<WatchChangesOptions> = {}) {
  const controller = new AbortController();
  const client = createApiClient({
    baseUrl: server.url,
    getToken: () => server.token,
    timing: fakeTiming(),
    patienceSeconds: 1,
  });
  const seen: string[] = [];
  let wake = () => {};
  const done = (async () => {
    for await (const { change } of watchChanges({ client, after: '0', signal: controller.signal, ...more })) {
      seen.push(`${change.object.id}@${change.object.version}`);
      wake();
    }
  })();
  const until = async (count: number) => {
    while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { seen, until, done, stop: () => controller.abort() };
}

test('changes come in order, each version once, older ones never', async () => {
  for (const version of [2, 2, 1, 3]) server.tell(changeOf('a', version));
  server.tell(changeOf('b', 1));
  const { seen, until, stop, done } = watch();
  await until(3);
  stop();
  await done;
  expect(seen).toEqual(['a@2', 'a@3', 'b@1']);
});

test('after a cut the stream goes on behind the last cursor', async () => {
  const { seen, until, stop, done } = watch();
  server.tell(changeOf('a', 1));
  await until(1);
  server.cutStreams();
  server.tell(changeOf('a', 2));
  await until(2);
  stop();
  await done;
  expect(seen).toEqual(['a@1', 'a@2']);
});

test('a server without streams is polled with the same cursor', async () => {
  server.events = 'poll';
  server.tell(changeOf('a', 1));
  const { until, stop, done } = watch();
  await until(1);
  server.tell(changeOf('a', 2));
  await until(2);
  stop();
  await done;
});

test('streams that stay silent are given up for polling', async () => {
  server.tell(changeOf('a', 1));
  const silent = createApiClient({ baseUrl: server.url, getToken: () => server.token, timing: fakeTiming() });
  const client = {
    ...silent,
    openChangeStream: async (_after: string | null, signal: AbortSignal) => {
      const start = (controller: ReadableStreamDefaultController) =>
        signal.addEventListener('abort', () => controller.error(signal.reason));
      return new Response(new ReadableStream({ start }), {
        headers: { 'content-type': 'text/event-stream' },
      });
    },
  };
  const { until, stop, done, seen } = watch({ client, silenceSeconds: 0.02 });
  await until(1);
  stop();
  await done;
  expect(seen).toEqual(['a@1']);
});

test('network errors are ridden out, connection states are told', async () => {
  let failures = 3;
  server.react = () => (failures-- > 0 ? 'cut' : null);
  server.tell(changeOf('a', 1));
  const states: string[] = [];
  const { until, stop, done } = watch({ onConnection: (state) => states.push(state) });
  await until(1);
  stop();
  await done;
  expect(states).toContain('reconnecting');
  expect(states.at(-1)).toBe('live');
});

test('a token that is not accepted ends the watching', async () => {
  server.react = () => problemOf(401, 'unauthenticated');
  const { done } = watch();
  await expect(done).rejects.toBeInstanceOf(ApiProblem);
});
