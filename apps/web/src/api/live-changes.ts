import type { Change, Recording, Upload } from '@edf-pipeline/contracts';
import type { ApiClient } from '@edf-pipeline/uploader';
import { watchChanges } from '@edf-pipeline/uploader';
import type { QueryClient } from '@tanstack/react-query';
import { newerRecording, pagesAfter, recordingWithJob } from './recording-cache.ts';
import type { RecordingPages } from './recording-cache.ts';
import { aloneUntil } from './tab-group.ts';
import type { TabGroup } from './tab-group.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting';

export interface LiveChangesDeps {
  readonly client: ApiClient;
  readonly queries: QueryClient;
  /** Waits until there is a session; tabs are not brought together unless given. */
  readonly joinTabs?: (pageSignal?: AbortSignal) => Promise<TabGroup<LiveMessage>>;
}

/** What tabs tell each other, so that one stream is enough for all of them. */
type LiveMessage =
  /** Somebody is new and asks the leader how things stand. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'change'; readonly change: Change; readonly cursor: string }
  /** `isAnew`: changes may have been missed since the last one that was told. */
  | { readonly kind: 'connection'; readonly connection: Connection; readonly isAnew: boolean };

/**
 * Follows the server's changes and keeps what is shown at their state. Browsers open six connections to a host over
 * HTTP/1.1, and a stream takes one for as long as it lives: only the leading tab has one, the others hear from it.
 */
export class LiveChanges {
  readonly #client: ApiClient;
  readonly #queries: QueryClient;
  readonly #joinTabs: LiveChangesDeps['joinTabs'];
  readonly #listeners = new Set<() => void>();
  #tabs: TabGroup<LiveMessage> | null = null;
  #isLeading = false;
  #connection: Connection = 'connecting';
  #cursor: string | null = null;
  /** What was told while an answer was under way, by the query that waits for it: the answer may be older. */
  readonly #toldMeanwhile = new Map<string, Map<string, Change>>();

  constructor(deps: LiveChangesDeps) {
    this.#client = deps.client;
    this.#queries = deps.queries;
    this.#joinTabs = deps.joinTabs;
    this.#keepOlderAnswersOut();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly connection = (): Connection => this.#connection;

  /** @param signal as long as the page lives, unless given */
  start(signal: AbortSignal = new AbortController().signal): void {
    void this.#stayLive(signal);
  }

  async #stayLive(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#takePart((await this.#joinTabs?.(signal)) ?? aloneUntil(signal));
      } catch {
        // No session could be had: the server may be away.
      }
      if (signal.aborted) return;
      this.#tell('reconnecting');
      await this.#pause(signal);
    }
  }

  /** As long as the session lasts: hears what the leading tab tells, or leads. */
  async #takePart(tabs: TabGroup<LiveMessage>): Promise<void> {
    this.#tabs = tabs;
    tabs.onHeard((message) => this.#hear(message));
    tabs.say({ kind: 'hello' });
    try {
      await tabs.lead(() => this.#lead(tabs.signal));
    } finally {
      this.#isLeading = false;
    }
  }

  #hear(message: LiveMessage): void {
    if (message.kind === 'hello') {
      if (this.#isLeading)
        this.#tabs?.say({ kind: 'connection', connection: this.#connection, isAnew: false });
      return;
    }
    // Of the tab that led before us: what it told is read again after the last cursor.
    if (this.#isLeading) return;
    if (message.kind === 'connection') return this.#tell(message.connection, message.isAnew);
    this.#cursor = message.cursor;
    this.#apply(message.change);
  }

  async #lead(signal: AbortSignal): Promise<void> {
    this.#isLeading = true;
    // What the tab that led before had heard and could not tell any more is known to nobody here.
    let isAnew = true;
    const onConnection = (connection: Connection) => {
      this.#tell(connection, isAnew);
      if (connection === 'live') isAnew = false;
    };
    while (!signal.aborted) {
      try {
        const options = { client: this.#client, after: this.#cursor, signal, onConnection };
        for await (const { change, cursor } of watchChanges(options)) {
          this.#cursor = cursor;
          this.#apply(change);
          this.#tabs?.say({ kind: 'change', change, cursor });
        }
      } catch {
        // A cursor that is too old, or a session that has ended: begin again from now, with everything read anew.
        this.#cursor = null;
        this.#tell('reconnecting');
      }
      await this.#pause(signal);
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await this.#client.timing.sleep(5_000, signal).catch(() => undefined);
  }

  #tell(connection: Connection, isAnew = false): void {
    if (connection === this.#connection && !isAnew) return;
    this.#connection = connection;
    if (this.#isLeading) this.#tabs?.say({ kind: 'connection', connection, isAnew });
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
