import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliConfig } from './config.ts';
import { AuthError } from './exit-code.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Where the standalone says which file holds its token. */
interface StandaloneEntry {
  readonly url: string;
  readonly tokenFile: string;
}

/**
 * Gives the access token: the caller's, or that of the standalone on this machine, which is read again when
 * the server refuses it (the standalone renews it).
 */
export function tokenSource(config: CliConfig): (options?: { refresh?: boolean }) => Promise<string> {
  let known: string | null = config.token;
  return async (options) => {
    const isOurs = config.token === null;
    if (known === null || (isOurs && options?.refresh)) known = await standaloneToken(config);
    return known;
  };
}

/** @throws AuthError when there is none, or others can read it */
async function standaloneToken(config: CliConfig): Promise<string> {
  const url = new URL(config.url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const hosts = LOOPBACK.includes(url.hostname) ? new Set([url.hostname, ...LOOPBACK]) : [url.hostname];
  for (const host of hosts) {
    const path = join(config.stateDirectory, `${host}-${port}.json`);
    const text = await readPrivate(path);
    if (text === null) continue;
    const entry = entryFrom(text, path);
    const token = (await readPrivate(entry.tokenFile))?.trim();
    if (!token)
      throw new AuthError(`${entry.tokenFile} holds no access token; start the server again (npm start)`);
    return token;
  }
  throw new AuthError(
    `there is no access token for ${config.url}: give one with --token or EDF_TOKEN, ` +
      'or start the product on this machine (npm start)',
  );
}

function entryFrom(text: string, path: string): StandaloneEntry {
  try {
    const entry = JSON.parse(text) as StandaloneEntry;
    if (typeof entry.tokenFile === 'string') return entry;
  } catch {
    // Falls through: half a file is as bad as another one.
  }
  throw new AuthError(`${path} is damaged; start the server again (npm start)`);
}

/** The text of a file that only this user can read; null when there is none. */
async function readPrivate(path: string): Promise<string | null> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new AuthError(`${path} can be read by others, so it is not used: chmod 600 ${path}`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
