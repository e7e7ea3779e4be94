import type { SimProcess } from './sim-process.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Service = 'ledger' | 'objects' | 'executor' | 'events' | 'outside';

/** A process asks a service for something. */
export interface Call {
  readonly process: SimProcess;
  readonly service: Service;
  readonly op: string;
  /** Whether it changes something outside the process. */
  readonly isChange: boolean;
}

/**
 * What becomes of a call. `refused`: told that it was not done · `lost`: not done, and nobody says so ·
 * `answer-lost`: done, and nobody says so · `late`: given up, and done after that.
 */
export interface Fate {
  readonly outcome: 'answered' | 'refused' | 'lost' | 'answer-lost' | 'late';
  /** Until it arrives. 0: it is carried out before the call returns. */
  readonly requestMs: number;
  readonly lateMs: number;
  /** The process dies there. */
  readonly dies: 'before' | 'after' | null;
  /** The process is stopped by its kernel for so long, once it has sent the request. */
  readonly freezeSeconds: number;
}

export const undisturbed: Fate = {
  outcome: 'answered',
  requestMs: 0,
  lateMs: 0,
  dies: null,
  freezeSeconds: 0,
};

/** Decides the fate of every call. */
export type FateOf = (call: Call) => Fate;

/** How long a process waits for an answer that does not come. */
const PATIENCE_MS = 2_000;

export interface Network {
  /**
   * Carries a call to a service and its answer back to the process, as long as that lives.
   *
   * @param carryOut the service's own work, done in an instant
   * @param unavailable what the process is told when nobody answers
   */
  call<T>(call: Call, carryOut: () => T, unavailable: () => Error): Promise<T>;
}

export function createNetwork(time: VirtualTime, fateOf: FateOf): Network {
  return {
    call<T>(call: Call, carryOut: () => T, unavailable: () => Error) {
      const { process } = call;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      if (!process.isAlive()) return promise;
      const { outcome, requestMs, lateMs, dies, freezeSeconds } = fateOf(call);
      if (dies === 'before') {
        process.kill();
        return promise;
      }
      if (freezeSeconds > 0) process.freeze(freezeSeconds);
      const giveUp = () => time.after(PATIENCE_MS, () => process.resume(() => reject(unavailable())));
      const arrive = () => {
        let settle: () => void;
        try {
          const value = carryOut();
          settle = () => resolve(value);
        } catch (error) {
          settle = () => reject(error as Error);
        }
        if (dies === 'after') process.kill();
        if (outcome === 'answered') process.resume(settle);
      };
      if (outcome === 'refused') process.resume(() => reject(unavailable()));
      else if (outcome === 'lost') giveUp();
      else if (outcome === 'late') {
        giveUp();
        time.after(PATIENCE_MS + lateMs, arrive);
      } else {
        if (outcome === 'answer-lost') giveUp();
        if (requestMs === 0) arrive();
        else time.after(requestMs, arrive);
      }
      return promise;
    },
  };
}
