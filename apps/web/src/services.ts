import { createApiClient } from '@edf-pipeline/uploader';
import type { ApiClient } from '@edf-pipeline/uploader';
import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { LiveChanges } from './api/live-changes.ts';
import { joinTabs } from './api/tab-group.ts';
import { thisBrowser } from './api/browser.ts';
import { createSession } from './api/session.ts';
import type { Session } from './api/session.ts';
import { createIndexedDbResumeStore } from './uploads/resume-store.ts';
import { UploadQueue } from './uploads/upload-queue.ts';

/** What lives as long as the page: made once, handed to everything below. */
export interface Services {
  readonly session: Session;
  readonly client: ApiClient;
  readonly queries: QueryClient;
  readonly live: LiveChanges;
  readonly uploads: UploadQueue;
  start(): void;
}

export function createServices(): Services {
  const session = createSession({
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    browser: thisBrowser(),
  });
  const client = createApiClient({
    baseUrl: location.origin,
    getToken: (options) => session.getToken(options),
  });
  const queries = new QueryClient({
    // The client itself repeats what is transient, and changes arrive as events.
    defaultOptions: { queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false } },
  });
  const live = new LiveChanges({
    client,
    queries,
    joinTabs: (pageSignal) =>
      joinTabs(
        'edf-changes',
        { session, locks: navigator.locks, openChannel: (name) => new BroadcastChannel(name) },
        pageSignal,
      ),
  });
  const uploads = new UploadQueue({
    client,
    store: createIndexedDbResumeStore(),
    locks: navigator.locks,
    now: () => Date.now(),
  });
  return {
    session,
    client,
    queries,
    live,
    uploads,
    start() {
      live.start();
      let before = session.state();
      session.subscribe(() => {
        // What gave up while nobody was signed in does not wait for its next try.
        if (before === 'ended' && session.state() === 'signed-in') uploads.wake();
        before = session.state();
      });
      void uploads.restore();
      window.addEventListener('online', () => uploads.wake());
    },
  };
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('no services around this component');
  return services;
}
