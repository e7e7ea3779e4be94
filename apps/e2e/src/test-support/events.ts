import type { Change } from '@edf-pipeline/contracts';
import { changePageSchema, changeSchema } from '@edf-pipeline/contracts';
import { target } from '../config.ts';
import { bodyOf, call } from './api.ts';

export interface StreamedChange {
  readonly change: Change;
  /** Where to come back to. */
  readonly cursor: string;
}

export interface ChangeStream {
  /** Cursor that the stream began with. */
  readonly start: string;
  /** Everything told so far. */
  readonly seen: readonly StreamedChange[];
  /** Reads on until a change is as asked for. */
  until(isWanted: (change: Change) => boolean, seconds?: number): Promise<StreamedChange>;
  close(): void;
}

/** Opens the change stream as a page would, and resolves once it has named its first cursor. */
export async function openStream(cursor?: { after?: string; lastEventId?: string }): Promise<ChangeStream> {
  const gone = new AbortController();
  const query = cursor?.after === undefined ? '' : `?after=${encodeURIComponent(cursor.after)}`;
  const response = await fetch(`${target.url}/v1/events${query}`, {
    headers: {
      authorization: `Bearer ${target.token}`,
      accept: 'text/event-stream',
      ...(cursor?.lastEventId !== undefined && { 'last-event-id': cursor.lastEventId }),
    },
    signal: gone.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream(;|$)/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  if (!response.body) throw new Error('the stream has no body');
  const blocks = eventBlocks(response.body);
  const seen: StreamedChange[] = [];
  const first = await blocks.next();
  const start = first.value?.get('id');
  if (!start) throw new Error('the stream named no cursor');

  return {
    start,
    seen,
    async until(isWanted, seconds = 60) {
      const known = seen.find(({ change }) => isWanted(change));
      if (known) return known;
      const timer = setTimeout(
        () => gone.abort(new Error(`no such change within ${seconds} s`)),
        seconds * 1000,
      );
      try {
        for (;;) {
          const { value, done } = await blocks.next();
          if (done) throw new Error('the stream has ended');
          if (!value.has('data')) continue;
          expect(value.get('event')).toBe('change');
          const told = {
            change: changeSchema.parse(JSON.parse(value.get('data') ?? '')),
            cursor: value.get('id') ?? '',
          };
          seen.push(told);
          if (isWanted(told.change)) return told;
        }
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => gone.abort(),
  };
}

/** The fields of each block of a stream of server-sent events; comments are blocks without fields. */
async function* eventBlocks(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Map<string, string>, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      yield new Map(
        lines.flatMap((line) => (/^([a-z]+): ?(.*)$/.exec(line) ? [[RegExp.$1, RegExp.$2] as const] : [])),
      );
    }
  }
}

/** One page of changes; waits up to `waitSeconds` for the first. */
export async function poll(query: { after?: string; waitSeconds?: number }, token?: string) {
  const search = new URLSearchParams();
  if (query.after !== undefined) search.set('after', query.after);
  if (query.waitSeconds !== undefined) search.set('waitSeconds', String(query.waitSeconds));
  return bodyOf(await call('GET', `/v1/events?${search}`, { token }), changePageSchema, 200);
}
