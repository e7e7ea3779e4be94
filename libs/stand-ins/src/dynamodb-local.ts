import path from 'node:path';
import { dynamodbInstallation, installedFolder } from './installation.ts';
import type { ServerProcess } from './server-process.ts';
import { freePort, startServerProcess } from './server-process.ts';

/** DynamoDB as AWS itself implements it for one machine, in memory. */
export interface DynamodbLocal extends ServerProcess {
  readonly endpoint: string;
}

/** @throws StandInMissing when it is not installed */
export async function startDynamodbLocal(options: { readonly port?: number } = {}): Promise<DynamodbLocal> {
  const jars = path.join(installedFolder(dynamodbInstallation()), 'jars', '*');
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const runner = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
  const server = await startServerProcess({
    command: 'java',
    // One class path entry with a star: Java finds the jars itself.
    args: [
      '-Xmx512m',
      '-cp',
      jars,
      runner,
      '-inMemory',
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    port,
    // It refuses an unsigned request, which says that it is there.
    isReady: async () => (await fetch(endpoint)).status === 400,
  });
  return { ...server, endpoint };
}
