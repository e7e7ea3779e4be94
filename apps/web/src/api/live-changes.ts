import type { Change, Recording, Upload } from '@edf-pipeline/contracts';
import type { ApiClient } from '@edf-pipeline/uploader';
import { watchChanges } from '@edf-pipeline/uploader';
import type { QueryClient } from '@tanstack/react-query';
import { newerRecording, pagesAfter, recordingWithJob } from './recording-cache.ts';
import type { RecordingPages } from './recording-cache.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting';

/** Follows the server's changes and keeps what is shown at their state. */
export class LiveChanges {
  readonly #client: ApiClient;
  readonly #queries: QueryClient;
  readonly #listeners = new Set<() => void>();
  #connection: Connection = 'connecting';
  #cursor: string | null = null;
  /** What was told while an answer was under way, by the query that waits for it: the answer may be older. */
  readonly #toldMeanwhile = new Map<string, Map<string, Change>>();

  constructor(deps: { client: ApiClient; queries: QueryClient }) {
    this.#client = deps.client;
    this.#queries = deps.queries;
    this.#keepOlderAnswersOut();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly connection = (): Connection => this.#connection;

  /** @param signal as long as the page lives, unless given */
  start(signal?: AbortSignal): void {
    void this.#follow(signal);
  }

  async #follow(signal: AbortSignal | undefined): Promise<void> {
    while (!signal?.aborted) {
      try {
        const options = {
          client: this.#client,
          after: this.#cursor,
          signal,
          onConnection: (state: Connection) => this.#tell(state),
        };
        for await (const { change, cursor } of watchChanges(options)) {
          this.#cursor = cursor;
          this.#apply(change);
        }
      } catch {
        // A cursor that is too old, or a session that has ended: begin again from now, with everything read anew.
        this.#cursor = null;
        this.#tell('reconnecting');
      }
      await this.#client.timing.sleep(5_000, signal).catch(() => undefined);
    }
  }

  #tell(connection: Connection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    // What happened before the first event, or during a cut without cursor, is read from the lists.
    if (connection === 'live')
      void this.#queries.invalidateQueries({ predicate: ({ queryKey }) => isListed(queryKey[0]) });
    for (const listener of this.#listeners) listener();
  }

  /** An answer replaces what was told while it was under way: that is told again, before anybody sees the answer. */
  #keepOlderAnswersOut(): void {
    this.#queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || !isListed(event.query.queryKey[0])) return;
      const { queryHash } = event.query;
      const { action } = event;
      if (action.type === 'fetch') this.#toldMeanwhile.set(queryHash, new Map());
      if (action.type === 'error') this.#toldMeanwhile.delete(queryHash);
      if (action.type !== 'success' || action.manual) return;
      const told = this.#toldMeanwhile.get(queryHash);
      this.#toldMeanwhile.delete(queryHash);
      for (const change of told?.values() ?? []) this.#apply(change);
    });
  }

  #apply(change: Change): void {
    const queries = this.#queries;
    for (const told of this.#toldMeanwhile.values()) told.set(change.object.id, change);
    if (change.type === 'upload') {
      queries.setQueryData<ReadonlyMap<string, Upload>>(
        ['uploads'],
        (known) => known && new Map(known).set(change.object.id, change.object),
      );
      return;
    }
    queries.setQueryData<RecordingPages>(['recordings'], (pages) => pages && pagesAfter(pages, change));
    const id = change.type === 'job' ? change.object.recordingId : change.object.id;
    queries.setQueryData<Recording>(['recording', id], (known) => {
      if (!known) return known;
      return change.type === 'job'
        ? recordingWithJob(known, change.object)
        : newerRecording(known, change.object);
    });
  }
}

function isListed(kind: unknown): boolean {
  return kind === 'recordings' || kind === 'recording' || kind === 'uploads';
}
