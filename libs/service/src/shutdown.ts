import type { Logger } from './logger.ts';

export interface ShutdownPhase {
  readonly name: string;
  /** The phase is given up after this long, and the next one begins. */
  readonly seconds: number;
  readonly run: () => Promise<void> | void;
}

/** Runs the phases one after the other, each within its time; answers whether all of them ended in it. */
export async function runShutdown(phases: readonly ShutdownPhase[], logger: Logger): Promise<boolean> {
  let isClean = true;
  for (const phase of phases) {
    const outcome = await withinSeconds(phase);
    if (outcome === 'done') continue;
    isClean = false;
    logger.warn('A shutdown phase was given up', {
      phase: phase.name,
      seconds: phase.seconds,
      error: outcome,
    });
  }
  return isClean;
}

async function withinSeconds(phase: ShutdownPhase): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => resolve(new Error('took too long')), phase.seconds * 1000);
  const run = async () => phase.run();
  run().then(() => resolve('done'), resolve);
  const outcome = await promise;
  clearTimeout(timer);
  return outcome;
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function untilAskedToStop(process: NodeJS.Process): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve(signal);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
