import type { LedgerStore } from '../ledger-store.ts';
import type { UploadObjects } from '../upload-objects.ts';

/** The process has died here; nothing of it goes on. */
export class Crash extends Error {
  constructor(effect: string) {
    super(`crashed at ${effect}`);
    this.name = 'Crash';
  }
}

/** Where to die: at the n-th effect from now (1 is the next), before it is carried out, or before its answer is heard. */
export interface CrashPoint {
  readonly effect: number;
  readonly when: 'before' | 'after';
}

/** Counts the effects of a process on the world outside it, and lets it die at one of them. */
export interface Crasher {
  store(store: LedgerStore): LedgerStore;
  objects<T extends UploadObjects>(objects: T): T;
  /** An effect of its own kind, such as a client that sends bytes. */
  effect<T>(name: string, carryOut: () => T | Promise<T>): Promise<T>;
  /** The process starts (again), and will die there. */
  start(point?: CrashPoint): void;
  /** Since the last start. */
  readonly effects: readonly string[];
}

export function createCrasher(): Crasher {
  let effects: string[] = [];
  let point: CrashPoint | undefined;
  let isDead = false;

  const effect: Crasher['effect'] = async (name, carryOut) => {
    if (isDead) throw new Crash(name);
    effects.push(name);
    const isHere = effects.length === point?.effect;
    if (isHere && point?.when === 'before') isDead = true;
    if (isDead) throw new Crash(name);
    const result = await carryOut();
    if (isHere) isDead = true;
    if (isDead) throw new Crash(name);
    return result;
  };
  const alive = <T>(read: () => Promise<T>): Promise<T> =>
    isDead ? Promise.reject(new Crash('a read')) : read();

  return {
    effect,
    store: (store) => ({
      get: (key) => alive(() => store.get(key)),
      query: (query) => alive(() => store.query(query)),
      write: (writes) => effect('store.write', () => store.write(writes)),
    }),
    objects: (objects) => ({
      ...objects,
      head: (ref) => effect('objects.head', () => objects.head(ref)),
      listParts: (...args) => effect('objects.listParts', () => objects.listParts(...args)),
      completeMultipart: (...args) =>
        effect('objects.completeMultipart', () => objects.completeMultipart(...args)),
      deleteVersions: (prefix) => effect('objects.deleteVersions', () => objects.deleteVersions(prefix)),
    }),
    start: (at) => {
      effects = [];
      point = at;
      isDead = false;
    },
    get effects() {
      return effects;
    },
  };
}
