import type { LedgerStore, Write } from '../ledger-store.ts';
import { StoreUnavailable, WriteConflict } from '../ledger-store.ts';
import { createMemoryLedgerStore } from '../memory-store.ts';

/** How often what goes wrong: shares of calls, 0 to 1. */
export interface Faults {
  /** A write is not carried out, and nobody says so. */
  readonly lostRequest: number;
  /** A write is carried out, and nobody says so. */
  readonly lostResponse: number;
  /** As a lost request; but it arrives after all, up to ten calls later. */
  readonly lateRequest: number;
  /** Somebody else is said to have been first. */
  readonly conflict: number;
  /** A read gets no answer. */
  readonly lostRead: number;
  /** A query sees the items as they were some writes ago. */
  readonly staleQuery: number;
}

export const noFaults: Faults = {
  lostRequest: 0,
  lostResponse: 0,
  lateRequest: 0,
  conflict: 0,
  lostRead: 0,
  staleQuery: 0,
};

export interface FaultyStore extends LedgerStore {
  faults: Faults;
  /** How many faults there were. */
  readonly count: number;
}

const unavailable = () => new StoreUnavailable('store-unavailable', 'the store did not answer');

/** @param random decides what goes wrong, and so makes a run repeatable */
export function createFaultyStore(store: LedgerStore, random: () => number): FaultyStore {
  const replica = createMemoryLedgerStore();
  const notYetReplicated: (readonly Write[])[] = [];
  let late: { writes: readonly Write[]; calls: number }[] = [];
  let count = 0;

  const happens = (share: number) => {
    const isHit = share > 0 && random() < share;
    if (isHit) count += 1;
    return isHit;
  };
  const carryOut = async (writes: readonly Write[]) => {
    await store.write(writes);
    notYetReplicated.push(structuredClone(writes));
  };
  const landWhatIsLate = async () => {
    for (const each of late) each.calls -= 1;
    const landing = late.filter(({ calls }) => calls <= 0);
    late = late.filter(({ calls }) => calls > 0);
    for (const { writes } of landing) {
      await carryOut(writes).catch((error: unknown) => {
        if (!(error instanceof WriteConflict)) throw error;
      });
    }
  };

  const faulty = {
    faults: noFaults,
    get count() {
      return count;
    },

    async get(key) {
      await landWhatIsLate();
      if (happens(faulty.faults.lostRead)) throw unavailable();
      return store.get(key);
    },

    async write(writes) {
      await landWhatIsLate();
      const { faults } = faulty;
      if (happens(faults.lostRequest)) throw unavailable();
      if (happens(faults.lateRequest)) {
        late.push({ writes: structuredClone(writes), calls: 1 + Math.floor(random() * 10) });
        throw unavailable();
      }
      const [first] = writes;
      if (first && happens(faults.conflict))
        throw new WriteConflict(first.kind === 'put' ? first.item : first.key);
      await carryOut(writes);
      if (happens(faults.lostResponse)) throw unavailable();
    },

    async query(query) {
      await landWhatIsLate();
      if (happens(faulty.faults.lostRead)) throw unavailable();
      if (!happens(faulty.faults.staleQuery)) return store.query(query);
      const caughtUp = Math.floor(random() * (notYetReplicated.length + 1));
      for (const writes of notYetReplicated.splice(0, caughtUp)) await replica.write(writes);
      return replica.query(query);
    },
  } as FaultyStore;
  return faulty;
}
