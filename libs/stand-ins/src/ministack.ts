import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedFolder, pythonInstallation } from './installation.ts';
import type { ServerProcess } from './server-process.ts';
import { freePort, startServerProcess } from './server-process.ts';

const LAUNCHER = fileURLToPath(new URL('../ministack_as_documented.py', import.meta.url));

/** S3, SQS, DynamoDB and Cognito of one account, in the memory of one process. */
export interface Ministack extends ServerProcess {
  readonly endpoint: string;
}

/** @throws StandInMissing when it is not installed */
export async function startMinistack(options: { readonly port?: number } = {}): Promise<Ministack> {
  const python = path.join(installedFolder(pythonInstallation()), 'bin', 'python');
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await startServerProcess({
    command: python,
    args: [LAUNCHER],
    environment: {
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      // Without it requests that carry no signature at all are let in.
      AUTH: 'true',
      PERSIST_STATE: '0',
      LOG_LEVEL: 'WARNING',
    },
    port,
    isReady: async () => (await fetch(`${endpoint}/_ministack/health`)).ok,
  });
  return { ...server, endpoint };
}
