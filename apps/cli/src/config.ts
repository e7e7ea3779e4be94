import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UsageError } from './exit-code.ts';

export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Options that every command that talks to a server takes. */
export interface ConnectionFlags {
  readonly url?: string;
  readonly token?: string;
}

export interface CliConfig {
  /** Without a slash at its end. */
  readonly url: string;
  /** Given by the caller; null: that of the standalone on this machine. */
  readonly token: string | null;
  /** Where this program and the standalone keep small files of this user. */
  readonly stateDirectory: string;
}

/**
 * What the flags and the environment say; flags win.
 *
 * @throws UsageError when the URL is none
 */
export function configFrom(env: NodeJS.ProcessEnv, flags: ConnectionFlags): CliConfig {
  const text = flags.url ?? (env.EDF_URL || DEFAULT_URL);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(
      `${text} is no address of a server; it looks like ${DEFAULT_URL} (--url or EDF_URL)`,
    );
  }
  const token = flags.token ?? env.EDF_TOKEN ?? null;
  if (token !== null && !/^[\x21-\x7e]+$/.test(token.trim())) {
    throw new UsageError(
      'the access token is empty or holds characters that no token has (--token or EDF_TOKEN)',
    );
  }
  const base = env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME) ? env.XDG_STATE_HOME : null;
  return {
    url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    token: token?.trim() ?? null,
    stateDirectory: join(base ?? join(homedir(), '.local', 'state'), 'edf-pipeline'),
  };
}
