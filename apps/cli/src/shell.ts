import { createApiClient } from '@edf-pipeline/uploader';
import type { ApiClient } from '@edf-pipeline/uploader';
import { tokenSource } from './access-token.ts';
import { configFrom } from './config.ts';
import type { CliConfig, ConnectionFlags } from './config.ts';
import type { Output } from './output.ts';

/** What a command may use of the world. */
export interface Shell {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Set by a command when it has ended; 0 unless set. */
  exitCode: number;
}

export interface Connection {
  readonly config: CliConfig;
  readonly client: ApiClient;
}

/** A client for the server that flags and environment name. */
export function connect(shell: Shell, flags: ConnectionFlags): Connection {
  const config = configFrom(shell.env, flags);
  return {
    config,
    client: createApiClient({
      baseUrl: config.url,
      getToken: tokenSource(config, shell.signal),
      patienceSeconds: 20,
    }),
  };
}
