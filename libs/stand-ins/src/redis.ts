import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { programFolders } from './config.ts';
import { installedFolder, pythonInstallation } from './installation.ts';
import type { ServerProcess } from './server-process.ts';
import { freePort, startServerProcess } from './server-process.ts';

export interface RedisServer extends ServerProcess {
  readonly url: string;
}

export interface RedisOptions {
  readonly port?: number;
  /** What happens when memory is full; queues need `noeviction`. */
  readonly maxmemoryPolicy?: string;
  readonly password?: string;
}

/**
 * A Redis server that keeps nothing on disk: the machine's own, else the one in the Python environment.
 *
 * @throws StandInMissing when there is none
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    'maxmemory-policy': options.maxmemoryPolicy ?? 'noeviction',
    ...(options.password !== undefined && { requirepass: options.password }),
  };
  const server = await startServerProcess({
    command: redisProgram(),
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    port,
    isReady: () => answersPing(port),
  });
  const credentials = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`;
  return { ...server, url: `redis://${credentials}127.0.0.1:${port}` };
}

function redisProgram(): string {
  const ofMachine = programFolders.map((folder) => path.join(folder, 'redis-server')).find(existsSync);
  return ofMachine ?? path.join(installedFolder(pythonInstallation()), 'bin', 'redis-server');
}

/** A server with a password answers too: that it wants one. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1')));
    });
  });
}
