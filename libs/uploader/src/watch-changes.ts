import type { Change } from '@edf-pipeline/contracts';
import type { ApiClient } from './api-client.ts';
import { asNetworkError } from './api-transport.ts';
import { NetworkError } from './errors.ts';
import { eventsOf } from './event-stream.ts';
import { limitedTo } from './limited.ts';
import { isTransient, retryDelayMs } from './retry.ts';

const MAX_VERSIONS = 20_000;
const SILENT_STREAMS_BEFORE_POLLING = 2;

export interface WatchChangesOptions {
  readonly client: ApiClient;
  /** Cursor of the last change seen; absent: from now on. */
  readonly after?: string | null;
  readonly signal?: AbortSignal;
  /** The stream pings every 15 s; one that is silent for so long is taken for dead. */
  readonly silenceSeconds?: number;
  /** How long a poll waits at the server; API gateways end a request after 30 s. */
  readonly waitSeconds?: number;
  /** `live`: stream or poll works; `reconnecting`: it will be tried again. */
  onConnection?(state: 'live' | 'reconnecting'): void;
}

/** A change, and the cursor to go on after it. */
export interface WatchedChange {
  readonly change: Change;
  readonly cursor: string;
}

/**
 * Changes as they happen, until the signal is aborted (then it ends without an error). Reads the change
 * stream; where streams do not get through, polls with the same cursor. What is not newer than a version
 * already told is dropped.
 *
 * @throws ApiProblem for what no repetition heals (token, cursor)
 */
export async function* watchChanges(options: WatchChangesOptions): AsyncGenerator<WatchedChange> {
  const { client, signal, onConnection } = options;
  const isNews = versionFilter();
  let cursor: string | null = options.after ?? null;
  let failures = 0;
  let silentStreams = 0;
  while (!signal?.aborted) {
    try {
      // Without a cursor a cut before the first change would lose what happens during the cut.
      cursor ??= (await client.listChanges({ waitSeconds: 0 }, { signal })).cursor;
      const isStreaming = silentStreams < SILENT_STREAMS_BEFORE_POLLING;
      for await (const item of isStreaming ? streamed(options, cursor) : polled(options, cursor)) {
        if (item === 'live') {
          failures = 0;
          onConnection?.('live');
        } else if (item === 'silent') silentStreams += 1;
        else if (item === 'no-stream') silentStreams = SILENT_STREAMS_BEFORE_POLLING;
        else {
          cursor = item.cursor;
          if (isStreaming) silentStreams = 0;
          if (item.change && isNews(item.change)) yield { change: item.change, cursor };
        }
      }
      if (!isStreaming || silentStreams >= SILENT_STREAMS_BEFORE_POLLING) continue;
    } catch (error) {
      if (signal?.aborted) return;
      if (!isTransient(error)) throw error;
    }
    if (signal?.aborted) return;
    failures += 1;
    onConnection?.('reconnecting');
    const delay = retryDelayMs(failures, client.timing.random(), null);
    await client.timing.sleep(delay, signal).catch(() => undefined);
  }
}

type Item = 'live' | 'silent' | 'no-stream' | { readonly change: Change | null; readonly cursor: string };

/** One stream, until it ends, is cut (NetworkError) or falls silent. */
async function* streamed(options: WatchChangesOptions, after: string): AsyncGenerator<Item> {
  const { client, signal, silenceSeconds = 45 } = options;
  const limited = limitedTo(silenceSeconds, signal);
  let cursor = after;
  let isOpen = false;
  let hasSpoken = false;
  try {
    const response = await client.openChangeStream(after, limited.signal);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      await response.body?.cancel();
      yield 'no-stream';
      return;
    }
    isOpen = true;
    yield 'live';
    const onBytes = () => {
      hasSpoken = true;
      limited.touch();
    };
    for await (const event of eventsOf(response.body, onBytes)) {
      cursor = event.id || cursor;
      yield { change: event.event === 'change' ? changeOf(event.data) : null, cursor };
    }
    if (!hasSpoken) yield 'silent';
  } catch (error) {
    if (!limited.isOver()) throw asNetworkError(error, signal);
    // Something on the way keeps the stream back: not even a ping in all that time.
    if (isOpen && !hasSpoken) yield 'silent';
  } finally {
    limited.release();
  }
}

/** One long poll. */
async function* polled(options: WatchChangesOptions, after: string): AsyncGenerator<Item> {
  const { client, signal, waitSeconds = 20 } = options;
  const page = await client.listChanges({ after, waitSeconds }, { signal });
  yield 'live';
  // Only the last change carries the page's cursor: whoever stops before it gets the others again.
  for (const [index, change] of page.data.entries()) {
    yield { change, cursor: index === page.data.length - 1 ? page.cursor : after };
  }
  if (page.data.length > 0) return;
  yield { change: null, cursor: page.cursor };
  // A server that does not wait must not be asked in a tight loop.
  await client.timing.sleep(1_000, signal);
}

function changeOf(data: string): Change {
  try {
    return JSON.parse(data) as Change;
  } catch (cause) {
    throw new NetworkError('an event of the change stream is not JSON', { cause });
  }
}

/** Pure but for its memory: passes each version of an object at most once, and never an older one. */
export function versionFilter(): (change: Change) => boolean {
  const versions = new Map<string, number>();
  return ({ object }) => {
    const seen = versions.get(object.id);
    if (seen !== undefined && object.version <= seen) return false;
    // Deleting first moves the id to the end: the map drops what was quiet for longest.
    versions.delete(object.id);
    versions.set(object.id, object.version);
    if (versions.size > MAX_VERSIONS) versions.delete(versions.keys().next().value!);
    return true;
  };
}
