import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ownEnvironment } from './config.ts';

const START_SECONDS = 60;
const OUTPUT_KEPT = 4000;

/** A server of this machine, on 127.0.0.1, that ends with its owner. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** Sends a signal and returns at once: SIGSTOP freezes it, SIGKILL is a crash. */
  signal(name: NodeJS.Signals): void;
  /** Ends it, whatever state it is in. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly port: number;
  /** Answers whether the server serves requests now. */
  isReady(): Promise<boolean>;
}

/** @throws Error with the server's last words, when it ends or is silent before it is ready */
export async function startServerProcess(server: ServerCommand): Promise<ServerProcess> {
  const child = spawn(server.command, server.args, {
    env: { ...ownEnvironment, ...server.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'exit');
  const endWithOwner = () => child.kill('SIGKILL');
  process.once('exit', endWithOwner);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  const stop = async () => {
    process.off('exit', endWithOwner);
    if (!hasEnded()) {
      child.kill('SIGKILL');
      await exited;
    }
  };

  const until = Date.now() + START_SECONDS * 1000;
  while (!(await server.isReady().catch(() => false))) {
    if (hasEnded() || Date.now() > until) {
      await stop();
      throw new Error(`${server.command} did not become ready on port ${server.port}:\n${output}`);
    }
    await delay(50);
  }
  return {
    port: server.port,
    pid: child.pid ?? 0,
    signal: (name) => void child.kill(name),
    stop,
  };
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
