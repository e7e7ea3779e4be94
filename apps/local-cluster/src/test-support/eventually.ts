import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until there is an answer.
 *
 * @throws Error naming what did not come in time
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > until) throw new Error(`${what}: not within ${seconds} s`);
    await delay(25);
  }
}
