import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from '@edf-pipeline/uploader';
import { createApiClient } from '@edf-pipeline/uploader';
import { ownEnvironment } from './config.ts';
import { cpuSecondsOf } from './process-cpu.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface MeasuredInstance {
  readonly client: ApiClient;
  /** CPU seconds of the process and its threads so far. */
  cpuSeconds(): number;
  /** Resident memory now, in bytes. */
  residentBytes(): number;
  stop(): Promise<void>;
}

/** The real process, watched from outside through /proc. */
export async function startMeasuredInstance(folder: string): Promise<MeasuredInstance> {
  const child = spawn(
    process.execPath,
    [MAIN, '--port', '0', '--data', path.join(folder, 'data'), '--no-sample'],
    {
      env: { ...ownEnvironment, XDG_STATE_HOME: path.join(folder, 'state') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const baseUrl = /ready: (\S+)/.exec(chunk.toString())?.[1] ?? '';
  const token = () => Promise.resolve(readFileSync(path.join(folder, 'data', 'token'), 'utf8'));
  return {
    client: createApiClient({ baseUrl, getToken: token }),
    cpuSeconds: () => cpuSecondsOf(Number(child.pid)),
    residentBytes() {
      const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      return Number(line?.[1] ?? 0) * 1024;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
