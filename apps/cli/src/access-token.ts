import { join } from 'node:path';
import type { CliConfig } from './config.ts';
import { AuthError, NotRunning } from './exit-code.ts';
import { readPrivate } from './private-file.ts';
import { renewedToken } from './renewed-token.ts';
import { readSignIn } from './sign-in-file.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Where the standalone says which file holds its token. */
interface StandaloneEntry {
  readonly url: string;
  readonly tokenFile: string;
}

/**
 * Gives the access token: the caller's; or that of a sign-in (edf login), renewed before it expires; or that of the
 * standalone on this machine, which is read again when the server refuses it (the standalone renews it).
 */
export function tokenSource(
  config: CliConfig,
  signal: AbortSignal,
): (options?: { refresh?: boolean }) => Promise<string> {
  const given = config.token;
  if (given !== null) return async () => given;
  let standalone: string | null = null;
  let renewing: Promise<string> | null = null;
  return async (options) => {
    const isRefused = options?.refresh === true;
    const signedIn = await readSignIn(config);
    if (signedIn) {
      // Many parts of one upload may ask at once: they are given one answer.
      renewing ??= renewedToken(config, signedIn, isRefused, signal)
        .then(({ accessToken }) => accessToken)
        .finally(() => (renewing = null));
      return renewing;
    }
    if (standalone === null || isRefused) standalone = await standaloneToken(config);
    return standalone;
  };
}

/** @throws AuthError when there is none, or others can read it; NotRunning when nobody would ask for it */
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
  if (LOOPBACK.includes(url.hostname) && !(await doesAnswer(url)))
    throw new NotRunning(`Nothing answers at ${config.url}; npm start starts the product on this machine.`);
  throw new AuthError(
    `there is no access token for ${config.url}: sign in with edf login, give one with --token or EDF_TOKEN, ` +
      'or start the product on this machine (npm start)',
  );
}

const PROBE_MS = 2_000;

/** Whether a server is there at all, whatever it says. */
const doesAnswer = (url: URL): Promise<boolean> =>
  fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(PROBE_MS) }).then(
    () => true,
    () => false,
  );

function entryFrom(text: string, path: string): StandaloneEntry {
  try {
    const entry = JSON.parse(text) as StandaloneEntry;
    if (typeof entry.tokenFile === 'string') return entry;
  } catch {
    // Falls through: half a file is as bad as another one.
  }
  throw new AuthError(`${path} is damaged; start the server again (npm start)`);
}
