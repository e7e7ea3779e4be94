import { createApiClient } from '@edf-pipeline/uploader';
import type { ApiClient } from '@edf-pipeline/uploader';
import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { LiveChanges } from './api/live-changes.ts';
import { createSession } from './api/session.ts';
import { createIndexedDbResumeStore } from './uploads/resume-store.ts';
import { UploadQueue } from './uploads/upload-queue.ts';

/** What lives as long as the page: made once, handed to everything below. */
export interface Services {
  readonly client: ApiClient;
  readonly queries: QueryClient;
  readonly live: LiveChanges;
  readonly uploads: UploadQueue;
  start(): void;
}

export function createServices(): Services {
  const session = createSession({ fetch: (input, init) => fetch(input, init), now: () => Date.now() });
  const client = createApiClient({
    baseUrl: location.origin,
    getToken: (options) => session.getToken(options),
  });
  const queries = new QueryClient({
    // The client itself repeats what is transient, and changes arrive as events.
    defaultOptions: { queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false } },
  });
  const live = new LiveChanges({ client, queries });
  const uploads = new UploadQueue({
    client,
    store: createIndexedDbResumeStore(),
    locks: navigator.locks,
    now: () => Date.now(),
  });
  return {
    client,
    queries,
    live,
    uploads,
    start() {
      live.start();
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
