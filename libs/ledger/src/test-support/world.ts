import { createLeaseObserver } from '../lease-observer.ts';
import type { LedgerStore } from '../ledger-store.ts';
import type { Ledger } from '../ledger.ts';
import { createMemoryLedgerStore } from '../memory-store.ts';
import { defaultLedgerSettings } from '../settings.ts';
import type { LedgerSettings } from '../settings.ts';
import { openSqliteLedgerStore } from '../sqlite-store.ts';
import type { SweepDeps } from '../sweep-due.ts';
import type { MemoryObjects } from './memory-objects.ts';
import { createMemoryObjects } from './memory-objects.ts';
import { seededRandom } from './random.ts';
import type { SettableClock } from './settable-clock.ts';
import { createSettableClock } from './settable-clock.ts';
import type { WatchedStore } from './watched-store.ts';
import { watchStore } from './watched-store.ts';

/** A ledger with everything around it in the hands of the test. */
export interface World {
  readonly ledger: Ledger;
  readonly store: WatchedStore;
  readonly objects: MemoryObjects;
  readonly clock: SettableClock;
  /** For `sweepDue`; its errors are thrown away, so give your own `onError` where they count. */
  readonly deps: SweepDeps;
  /** Ids of jobs whose executor was asked about them. */
  readonly asked: string[];
  readonly errors: unknown[];
}

export interface WorldOptions {
  readonly seed?: number;
  /** Instead of what the seed gives. */
  readonly random?: () => number;
  readonly settings?: Partial<LedgerSettings>;
  /** Between the verbs and the store. */
  readonly disturb?: (store: LedgerStore) => LedgerStore;
}

/** ids: `prefix` and 26 characters, counted. */
export function countingIds(prefix: string): () => string {
  let count = 0;
  return () =>
    `${prefix}${(++count)
      .toString(32)
      .toUpperCase()
      .replaceAll('I', 'X')
      .replaceAll('L', 'Y')
      .replaceAll('O', 'Z')
      .padStart(26 - prefix.length, '0')}`;
}

export function createWorld(base: LedgerStore, options: WorldOptions = {}): World {
  const clock = createSettableClock();
  const settings = { ...defaultLedgerSettings, ...options.settings };
  const store = watchStore(base, settings);
  const ledger: Ledger = {
    store: options.disturb ? options.disturb(store) : store,
    settings,
    clock: clock.now,
    newId: countingIds(''),
    random: options.random ?? seededRandom(options.seed ?? 1),
  };
  const objects = createMemoryObjects();
  const asked: string[] = [];
  const errors: unknown[] = [];
  const deps: SweepDeps = {
    ledger,
    objects,
    poolFor: (byteLength) => (byteLength > 2 ** 30 ? 'large' : 'small'),
    observer: createLeaseObserver(settings.leaseSeconds, clock.seconds),
    checkDispatch: async (job) => {
      asked.push(job.id);
    },
    onError: (error) => {
      errors.push(error);
    },
  };
  return { ledger, store, objects, clock, deps, asked, errors };
}

/** The tests, with a new world for each, on every store; after each all rules are checked once more. */
export function describeOnEachStore(
  name: string,
  tests: (make: (options?: WorldOptions) => World) => void,
): void {
  describe.each(['memory', 'sqlite'] as const)(`${name}, %s store`, (kind) => {
    const made: { world: World; close: () => void }[] = [];
    afterEach(() => {
      const worlds = made.splice(0);
      for (const { close } of worlds) close();
      for (const { world } of worlds) world.store.assertRules();
    });
    tests((options) => {
      const sqlite = kind === 'sqlite' ? openSqliteLedgerStore(':memory:') : null;
      const world = createWorld(sqlite ?? createMemoryLedgerStore(), options);
      made.push({ world, close: () => sqlite?.close() });
      return world;
    });
  });
}
