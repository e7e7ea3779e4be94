import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const START_SECONDS = 60;
/** Longer than the product gives itself. */
const STOP_SECONDS = 60;

/** One process of the product, which can be killed and started again under the same name. */
export interface ProductProcess {
  readonly name: string;
  readonly url: string;
  /** Resolves when it is ready. @throws Error when it ends, or is not ready in time */
  start(): Promise<void>;
  /** Of the process that runs under this name now. */
  pid(): number | null;
  /** false before it is started and after it has ended, by itself or by us. */
  isRunning(): boolean;
  /** SIGKILL: it ends as it is. */
  kill(): Promise<void>;
  /** SIGTERM: it gives back what it has; answers its exit status. */
  stop(): Promise<number | null>;
}

export interface ProductProcessOptions {
  readonly name: string;
  /** Below the repository, `apps/…/main.ts`. */
  readonly program: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Where its log goes. */
  readonly logFolder: string;
  /** A module that is loaded before the program, in all its threads. */
  readonly preload?: string;
  /** How long it may take until it is ready; 60 unless given. */
  readonly startSeconds?: number;
}

export function createProductProcess(options: ProductProcessOptions): ProductProcess {
  const { name, program, port, logFolder, preload, startSeconds = START_SECONDS } = options;
  const url = `http://127.0.0.1:${port}`;
  let child: ReturnType<typeof spawn> | null = null;
  let exited: Promise<unknown> = Promise.resolve();
  const endWithUs = () => void child?.kill('SIGKILL');
  process.once('exit', endWithUs);

  const hasEnded = () => child === null || child.exitCode !== null || child.signalCode !== null;

  const end = async (signal: NodeJS.Signals) => {
    if (hasEnded()) return child?.exitCode ?? null;
    child?.kill(signal);
    const cut = setTimeout(() => child?.kill('SIGKILL'), STOP_SECONDS * 1000);
    await exited;
    clearTimeout(cut);
    return child?.exitCode ?? null;
  };

  return {
    name,
    url,
    async start() {
      const log = openSync(path.join(logFolder, `${name}.log`), 'a');
      const preloaded = preload === undefined ? [] : ['--import', preload];
      child = spawn(process.execPath, [...preloaded, path.join(ROOT, program)], {
        env: {
          ...options.environment,
          EDF_HOST: '127.0.0.1',
          EDF_PORT: String(port),
          EDF_OWNER: name,
        },
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      exited = once(child, 'exit');
      const until = Date.now() + startSeconds * 1000;
      while (!(await isReady(url))) {
        if (hasEnded() || Date.now() > until)
          throw new Error(`${name} did not become ready; see ${path.join(logFolder, `${name}.log`)}`);
        await delay(50);
      }
    },
    pid: () => (hasEnded() ? null : (child?.pid ?? null)),
    isRunning: () => !hasEnded(),
    kill: async () => void (await end('SIGKILL')),
    async stop() {
      process.off('exit', endWithUs);
      return end('SIGTERM');
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
