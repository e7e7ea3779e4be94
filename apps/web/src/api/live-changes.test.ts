import type { Change, Recording } from '@edf-pipeline/contracts';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { fakeChannels } from '../test-support/fake-channels.ts';
import { fakeLocks } from '../test-support/fake-locks.ts';
import { LiveChanges } from './live-changes.ts';
import type { LiveChangesDeps } from './live-changes.ts';
import { joinTabs } from './tab-group.ts';

const recording = (version: number, status: Recording['status'] = 'available') =>
  ({ id: 'rec_1', status, version, job: null, createdAt: '2026-11-22T10:00:00Z' }) as Recording;

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

let ended: AbortController;
beforeEach(() => {
  ended = new AbortController();
});
afterEach(async () => {
  ended.abort();
  await turn();
});

/** A server whose answers and streams are in the test's hands. */
function world(joinTabs?: LiveChangesDeps['joinTabs'], signal = ended.signal) {
  const streams: { after: string | null; body: ReadableStreamDefaultController<Uint8Array> }[] = [];
  const answers: ((recording: Recording) => void)[] = [];
  let cursors = 0;
  const client = {
    timing: { sleep: async () => turn(), random: () => 0, now: () => 0 },
    listChanges: async () => ({ data: [], cursor: `from-now-${++cursors}`, hasMore: false }),
    openChangeStream: async (after: string | null, signal: AbortSignal) => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          streams.push({ after, body: controller });
          signal.addEventListener('abort', () => controller.error(signal.reason));
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    },
  };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: Infinity } } });
  const live = new LiveChanges({ client: client as never, queries, joinTabs });
  const observer = new QueryObserver<Recording>(queries, {
    queryKey: ['recording', 'rec_1'],
    queryFn: () => new Promise<Recording>((resolve) => answers.push(resolve)),
  });
  const close = observer.subscribe(() => undefined);
  const tell = (cursor: string, change: Change) => {
    const text = `id: ${cursor}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`;
    streams.at(-1)!.body.enqueue(new TextEncoder().encode(text));
    return turn();
  };
  const shown = () => queries.getQueryData<Recording>(['recording', 'rec_1']);
  live.start(signal);
  ended.signal.addEventListener('abort', close);
  return { live, streams, answers, tell, shown };
}

test('an answer that was under way while a newer state was told does not replace it', async () => {
  const { answers, tell, shown, streams } = world();
  await turn();
  answers.at(-1)!(recording(1));
  await turn();
  expect(shown()).toMatchObject({ version: 1 });

  streams[0]!.body.close();
  await turn();
  await turn();
  const late = answers.at(-1)!;
  await tell('c3', { type: 'recording', object: recording(3, 'deleting') });
  late(recording(2));
  await turn();
  expect(shown()).toMatchObject({ version: 3, status: 'deleting' });
});

test('a stream that is cut is resumed after the last change, and what is shown is read again', async () => {
  const { live, answers, tell, shown, streams } = world();
  const connections: string[] = [];
  live.subscribe(() => connections.push(live.connection()));
  await turn();
  answers.at(-1)!(recording(1));
  await tell('c2', { type: 'recording', object: recording(2) });
  expect(shown()).toMatchObject({ version: 2 });
  const asked = answers.length;

  streams[0]!.body.error(new TypeError('network'));
  await turn();
  await turn();
  expect(streams.map(({ after }) => after)).toEqual(['from-now-1', 'c2']);
  expect(connections).toEqual(['live', 'reconnecting', 'live']);
  expect(answers.length).toBe(asked + 1);
  answers.at(-1)!(recording(4));
  await turn();
  expect(shown()).toMatchObject({ version: 4 });
});

/** Tabs of one browser; each is signed in as somebody. */
function browser() {
  const [locks, openChannel] = [fakeLocks(), fakeChannels()];
  return function openTab(person = 'ada') {
    const page = new AbortController();
    ended.signal.addEventListener('abort', () => page.abort());
    const listeners = new Set<() => void>();
    let isSignedIn = true;
    const session = {
      getToken: async () => {
        if (!isSignedIn) await new Promise(() => undefined);
        return `e30.${btoa(JSON.stringify({ iss: 'https://issuer', sub: person }))}.signature`;
      },
      state: () => (isSignedIn ? 'signed-in' : 'ended') as 'signed-in' | 'ended',
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const tab = world(
      (signal) => joinTabs('edf-changes', { session, locks, openChannel }, signal),
      page.signal,
    );
    const endSession = () => {
      isSignedIn = false;
      for (const listener of listeners) listener();
    };
    return { ...tab, close: () => page.abort(), endSession };
  };
}

const settled = async () => {
  for (let round = 0; round < 10; round++) await turn();
};

test('eight tabs open one stream, and all show what it tells', async () => {
  const openTab = browser();
  const tabs = Array.from({ length: 8 }, () => openTab());
  await settled();
  expect(tabs.map(({ streams }) => streams.length)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  expect(tabs.map(({ live }) => live.connection())).toEqual(Array(8).fill('live'));
  for (const { answers } of tabs) for (const answer of answers) answer(recording(1));
  await settled();

  await tabs[0]!.tell('c2', { type: 'recording', object: recording(2) });
  expect(tabs.map(({ shown }) => shown()?.version)).toEqual(Array(8).fill(2));
});

test('when the tab with the stream is closed another one goes on after what was told last, and all read again', async () => {
  const openTab = browser();
  const [first, second, third] = [openTab(), openTab(), openTab()];
  await settled();
  for (const { answers } of [second, third]) for (const answer of answers) answer(recording(1));
  await first.tell('c2', { type: 'recording', object: recording(2) });
  await settled();
  const asked = third.answers.length;

  first.close();
  await settled();
  expect(second.streams.map(({ after }) => after)).toEqual(['c2']);
  expect(third.streams).toEqual([]);
  expect(third.answers.length).toBe(asked + 1);
  third.answers.at(-1)!(recording(3));
  await settled();
  await second.tell('c4', { type: 'recording', object: recording(4) });
  expect(third.shown()).toMatchObject({ version: 4 });
});

test('a tab whose session has ended leads nobody, and another person hears nothing', async () => {
  const openTab = browser();
  const [first, second, other] = [openTab('ada'), openTab('ada'), openTab('bob')];
  await settled();
  expect([first, second, other].map(({ streams }) => streams.length)).toEqual([1, 0, 1]);
  for (const { answers } of [second, other]) for (const answer of answers) answer(recording(1));
  await settled();

  first.endSession();
  await settled();
  expect(first.live.connection()).toBe('reconnecting');
  expect(second.streams).toHaveLength(1);
  await second.tell('c9', { type: 'recording', object: recording(9) });
  expect(second.shown()).toMatchObject({ version: 9 });
  expect(other.shown()).toMatchObject({ version: 1 });
});
