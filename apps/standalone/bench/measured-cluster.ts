import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from '@edf-pipeline/uploader';
import { createApiClient } from '@edf-pipeline/uploader';
import { cpuSecondsOf } from './process-cpu.ts';

const PROGRAM = fileURLToPath(new URL('../../../scripts/cluster.mjs', import.meta.url));

export interface MeasuredCluster {
  readonly client: ApiClient;
  /** CPU seconds so far of each of our processes by name; none of those that stand in for AWS. */
  cpuSeconds(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/**
 * One gateway, one dispatcher and one processor, on servers of this machine.
 *
 * @throws Error when they do not start: what they need is not there
 */
export async function startMeasuredCluster(logFolder: string): Promise<MeasuredCluster> {
  const one = ['--gateways', '1', '--dispatchers', '1', '--processors', '1'];
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', ...one, '--logs', logFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = new Map<string, number>();
  let token = '';
  let baseUrl = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, pid] = /^(\S+)\s+http\S+ pid (\d+)$/.exec(line) ?? [];
    if (name && pid) pids.set(name, Number(pid));
    token = /^E2E_TOKEN=(\S+)/.exec(line)?.[1] ?? token;
    baseUrl = /ready: (\S+)/.exec(line)?.[1] ?? '';
    if (baseUrl) break;
  }
  if (!baseUrl) throw new Error('the cluster of this machine did not start');
  child.stdout.resume();
  return {
    client: createApiClient({ baseUrl, getToken: () => Promise.resolve(token) }),
    cpuSeconds: () => Object.fromEntries([...pids].map(([name, pid]) => [name, cpuSecondsOf(pid)])),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
