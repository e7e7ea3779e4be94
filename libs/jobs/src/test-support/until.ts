import { setTimeout as delay } from 'node:timers/promises';

/** Waits for what another process does: asks again until the answer is true. */
export async function until(isSo: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const limit = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > limit) throw new Error(`not so within ${seconds} s: ${isSo.toString()}`);
    await delay(20);
  }
}
