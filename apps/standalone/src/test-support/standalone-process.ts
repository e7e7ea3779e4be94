import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const READY = /edf-pipeline is ready: (\S+)/;
const START_SECONDS = 60;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The real program in a process of its own. */
export interface StandaloneProcess {
  /** Resolves with its address once it says that it is ready; rejects when it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ended>;
  /** All that it has written so far, to both outputs. */
  output(): string;
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

export interface StartOptions {
  readonly data: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

const running = new Set<ChildProcess>();
const folders: string[] = [];

/** A new folder that `cleanUp` removes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'edf-standalone-'));
  folders.push(folder);
  return folder;
}

export function startProcess({ data, port = 0, env = {}, args = [] }: StartOptions): StandaloneProcess {
  const child = spawn(
    process.execPath,
    [MAIN, '--port', String(port), '--data', data, '--no-sample', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        HOME: data,
        XDG_STATE_HOME: path.join(data, '..', `${path.basename(data)}-state`),
        ...env,
      },
    },
  );
  running.add(child);
  let output = '';
  const { promise: ready, resolve, reject } = Promise.withResolvers<string>();
  ready.catch(() => undefined);
  const giveUp = setTimeout(
    () => reject(new Error(`not ready after ${START_SECONDS} s:\n${output}`)),
    START_SECONDS * 1000,
  );
  const hear = (text: string) => {
    output += text;
    const url = READY.exec(output)?.[1];
    if (url !== undefined) resolve(url);
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const ended = new Promise<Ended>((resolveEnded) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      clearTimeout(giveUp);
      reject(new Error(`ended (${code ?? signal}) before it was ready:\n${output}`));
      resolveEnded({ code, signal });
    });
  });
  ready.then(
    () => clearTimeout(giveUp),
    () => undefined,
  );
  return {
    ready,
    ended,
    output: () => output,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Ends every process that was started here. */
export async function endProcesses(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      return closed;
    }),
  );
}

/** Ends every process that was started here, and removes the temporary folders. */
export async function cleanUp(): Promise<void> {
  await endProcesses();
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    rmSync(`${folder}-state`, { recursive: true, force: true });
  }
}

export const tokenIn = (data: string) => readFileSync(path.join(data, 'token'), 'utf8').trim();

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until there is an answer, at most so long. */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const giveUpAt = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > giveUpAt) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
