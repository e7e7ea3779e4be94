import { setTimeout as delay } from 'node:timers/promises';
import type { ProductProcess } from '../product-process.ts';

/** One end of one process that we brought about. */
export interface Kill {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly wasStarting: boolean;
}

/** A process that is started again whenever it has ended, as Kubernetes does. */
export interface SupervisedProcess {
  readonly name: string;
  /** SIGKILL now; it is started again after a while. */
  kill(restartAfterMs: number): Promise<Kill>;
  /** How often it ended, or could not start, without our doing. */
  readonly selfEnded: readonly string[];
  /** Resolves when it is ready. */
  settled(): Promise<void>;
  /** Leaves the process as it is. */
  release(): void;
}

const LOOK_MS = 500;

/** @param process has been started */
export function supervise(process: ProductProcess): SupervisedProcess {
  const selfEnded: string[] = [];
  let life = 1;
  let starting: Promise<void> | null = null;

  const startAgain = async (afterMs: number) => {
    const own = ++life;
    await delay(afterMs);
    while (own === life) {
      try {
        await process.start();
        break;
      } catch (error) {
        if (own === life) selfEnded.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (own === life) starting = null;
  };
  const watch = setInterval(() => {
    if (starting || process.isRunning()) return;
    selfEnded.push(`${process.name} ended by itself`);
    starting = startAgain(0);
  }, LOOK_MS);

  return {
    name: process.name,
    selfEnded,
    async kill(restartAfterMs) {
      const wasStarting = starting !== null;
      // A start that is under way sees another life, and says nothing about its failure.
      life += 1;
      const restarting = (starting = Promise.resolve());
      await process.kill();
      const kill = { name: process.name, at: Date.now(), wasStarting };
      if (starting === restarting) starting = startAgain(restartAfterMs);
      return kill;
    },
    async settled() {
      while (starting) {
        await starting;
        await delay(20);
      }
    },
    release: () => clearInterval(watch),
  };
}
