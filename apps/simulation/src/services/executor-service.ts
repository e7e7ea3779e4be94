import type { Work, WorkState } from '@edf-pipeline/jobs';
import { workName } from '@edf-pipeline/jobs';
import type { SimProcess } from '../sim-process.ts';
import type { VirtualTime } from '../virtual-time.ts';

/** Work on its way to a worker, for one delivery. */
export interface Delivery {
  readonly name: string;
  readonly work: Work;
  /** Which start of it this is: an answer of an earlier one no longer counts. */
  readonly token: number;
}

interface Entry {
  readonly name: string;
  readonly work: Work;
  state: WorkState;
  token: number;
  holder: SimProcess | null;
  stalls: number;
  /** Since when its worker renews its lock no more though it lives. */
  abandonedAt: number | null;
}

export interface ExecutorSettings {
  readonly window: number;
  readonly lockSeconds: number;
  readonly stalledSeconds: number;
  readonly maxStalls: number;
}

export const executorSettings: ExecutorSettings = {
  window: 8,
  lockSeconds: 60,
  stalledSeconds: 30,
  maxStalls: 5,
};

/**
 * What BullMQ on Redis does, as far as it matters: work is delivered at least once; whose worker goes silent for
 * longer than a lock is delivered again, by whichever worker still lives; a flush forgets everything.
 */
export type ExecutorService = ReturnType<typeof createExecutorService>;

export function createExecutorService(time: VirtualTime, settings: ExecutorSettings) {
  const entries = new Map<string, Entry>();
  const waiting: Entry[] = [];
  const fetchers: { worker: SimProcess; give: (delivery: Delivery) => void }[] = [];
  const workers = new Set<SimProcess>();
  let incarnation = 1;
  let frozenUntil = 0;
  let locksLostAt = -1;
  let isChecking = false;
  let isLookingAgain = false;

  const isFrozen = () => time.now() < frozenUntil;
  const give = () => {
    if (isFrozen()) return;
    while (waiting.length > 0) {
      const place = fetchers.findIndex(({ worker }) => worker.isAlive() && !worker.isFrozen());
      const [fetcher] = place < 0 ? [] : fetchers.splice(place, 1);
      const entry = fetcher && waiting.shift();
      if (!fetcher || !entry) return lookAgain();
      entry.state = 'active';
      entry.token += 1;
      entry.abandonedAt = null;
      entry.holder = fetcher.worker;
      fetcher.give({ name: entry.name, work: entry.work, token: entry.token });
      checkStalledLater();
    }
  };
  /** Workers that thaw ask again by themselves. */
  const lookAgain = () => {
    if (isLookingAgain || !fetchers.some(({ worker }) => worker.isFrozen())) return;
    isLookingAgain = true;
    time.after(1_000, () => {
      isLookingAgain = false;
      give();
    });
  };
  const wait = (entry: Entry) => {
    entry.state = 'waiting';
    entry.holder = null;
    waiting.push(entry);
    give();
  };
  const isSilent = ({ holder, abandonedAt }: Entry) => {
    const since = abandonedAt ?? holder?.silentSince() ?? null;
    return since !== null && time.now() - since >= settings.lockSeconds * 1000;
  };
  const checkStalled = () => {
    isChecking = false;
    const active = [...entries.values()].filter(({ state }) => state === 'active');
    if (active.length === 0) return;
    checkStalledLater();
    // Nobody but a living worker looks.
    if (isFrozen() || ![...workers].some((worker) => worker.isAlive() && !worker.isFrozen())) return;
    const allLost = locksLostAt >= 0;
    locksLostAt = -1;
    for (const entry of active) {
      if (!allLost && !isSilent(entry)) continue;
      entry.stalls += 1;
      if (entry.stalls > settings.maxStalls) entry.state = 'finished';
      else wait(entry);
    }
  };
  const checkStalledLater = () => {
    if (isChecking) return;
    isChecking = true;
    time.after(settings.stalledSeconds * 1000, checkStalled);
  };
  const isCurrent = (delivery: Delivery) => {
    const entry = entries.get(delivery.name);
    return entry?.state === 'active' && entry.token === delivery.token ? entry : null;
  };
  const nameOf = (executorRef: string) => {
    const [kind, of, name] = executorRef.split(':');
    return kind === 'sim' && of === String(incarnation) ? name : undefined;
  };

  return {
    isFrozen,
    incarnation: () => incarnation,
    enqueue(work: Work) {
      const name = workName(work);
      if (!entries.has(name)) {
        const entry: Entry = {
          name,
          work,
          state: 'waiting',
          token: 0,
          holder: null,
          stalls: 0,
          abandonedAt: null,
        };
        entries.set(name, entry);
        wait(entry);
      }
      return { executorRef: `sim:${incarnation}:${name}` };
    },
    cancel(executorRef: string) {
      const entry = entries.get(nameOf(executorRef) ?? '');
      if (entry?.state !== 'waiting') return;
      waiting.splice(waiting.indexOf(entry), 1);
      entries.delete(entry.name);
    },
    inspect: (executorRef: string): WorkState => entries.get(nameOf(executorRef) ?? '')?.state ?? 'unknown',
    demand() {
      const inHand = [...entries.values()].filter(
        ({ state }) => state === 'waiting' || state === 'active',
      ).length;
      return { inHand, freeSlots: Math.max(0, settings.window - inHand) };
    },
    /** Resolves the worker's fetch when there is work for it. */
    fetch(worker: SimProcess): Promise<Delivery> {
      workers.add(worker);
      return new Promise((resolve) => {
        fetchers.push({ worker, give: (delivery) => worker.resume(() => resolve(delivery)) });
        give();
      });
    },
    finish(delivery: Delivery): void {
      const entry = isCurrent(delivery);
      if (!entry) return;
      entry.state = 'finished';
      // Kept for a while, as the queue keeps what is done: the name stays taken.
      time.after(3_600_000, () => void (entries.get(entry.name) === entry && entries.delete(entry.name)));
    },
    /** The worker could not say how it ended, and goes on to other work: nobody renews its lock. */
    abandon(delivery: Delivery): void {
      const entry = isCurrent(delivery);
      if (entry) entry.abandonedAt = time.now();
    },
    again(delivery: Delivery, seconds: number): void {
      const entry = isCurrent(delivery);
      if (!entry) return;
      entry.holder = null;
      entry.state = 'waiting';
      time.after(seconds * 1000, () => {
        if (entries.get(entry.name) === entry && entry.token === delivery.token) wait(entry);
      });
    },
    flush(): void {
      entries.clear();
      waiting.length = 0;
      incarnation += 1;
    },
    freeze(seconds: number): void {
      frozenUntil = Math.max(frozenUntil, time.now() + seconds * 1000);
      if (seconds > settings.lockSeconds) locksLostAt = time.now();
      time.after(seconds * 1000 + 1, give);
    },
    isEmpty: () => [...entries.values()].every(({ state }) => state === 'finished'),
    names: () => [...entries.keys()],
  };
}
