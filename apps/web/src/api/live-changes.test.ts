import type { Change, Recording } from '@edf-pipeline/contracts';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { LiveChanges } from './live-changes.ts';

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
function world() {
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
  const live = new LiveChanges({ client: client as never, queries });
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
  live.start(ended.signal);
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
