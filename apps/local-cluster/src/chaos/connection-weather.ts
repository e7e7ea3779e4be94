import type { Harm } from '../tcp-fault-proxy.ts';
import { between, oneOf } from '@edf-pipeline/service/seeded-random';

/** Chooses what happens to each connection, from a seed; while it is calm, nothing does. */
export interface Weather {
  readonly harmFor: () => Harm | null;
  setRough(isRough: boolean): void;
}

/** Keep-alive connections live until something happens to them: late harm too. */
const MOST_BYTES = 300_000;

/** @param share of the connections that come to harm, 0 to 1 */
export function createWeather(random: () => number, share: number): Weather {
  let isRough = false;
  return {
    harmFor: () => (isRough && random() < share ? chooseHarm(random) : null),
    setRough(next) {
      isRough = next;
    },
  };
}

function chooseHarm(random: () => number): Harm {
  // As often within the first request as much later.
  const afterBytes = Math.floor(MOST_BYTES ** random());
  return oneOf<() => Harm>(random, [
    () => ({ kind: 'refuse' }),
    () => ({ kind: 'cut-request', afterBytes }),
    () => ({ kind: 'cut-answer', afterBytes }),
    () => ({ kind: 'lose-answer', afterBytes }),
    () => ({ kind: 'lose-answer', afterBytes }),
    () => ({ kind: 'stall', afterBytes, seconds: between(random, 1, 12) }),
    () => ({ kind: 'delay', milliseconds: between(random, 5, 150) }),
  ])();
}
