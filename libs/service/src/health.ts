import { setTimeout as delay } from 'node:timers/promises';

/** What a probe asks. `isReady` turns false when the process is going away, before it stops answering. */
export interface Health {
  readonly isReady: () => boolean;
  readonly setReady: (isReady: boolean) => void;
  /** Says that it is not ready any more, and leaves load balancers so many seconds to notice. */
  readonly leave: (seconds: number) => Promise<void>;
  /** Body and status of `/healthz` (alive) and `/readyz` (may get work). */
  readonly answer: (path: '/healthz' | '/readyz') => { status: 200 | 503; body: { status: string } };
}

export function createHealth(): Health {
  let isReady = false;
  return {
    isReady: () => isReady,
    setReady: (ready) => {
      isReady = ready;
    },
    leave: async (seconds) => {
      isReady = false;
      await delay(seconds * 1000);
    },
    answer: (path) => {
      if (path === '/healthz') return { status: 200, body: { status: 'alive' } };
      return isReady
        ? { status: 200, body: { status: 'ready' } }
        : { status: 503, body: { status: 'not ready' } };
    },
  };
}
