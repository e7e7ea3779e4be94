import { homedir } from 'node:os';
import path from 'node:path';

const { env } = process;

/** What the servers that are started are given besides their own settings. */
export const ownEnvironment = env;

/** Where what is installed is kept, outside the repository. */
export const cacheFolder = path.join(env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'edf-pipeline');

/** Where programs of this machine are looked for. */
export const programFolders = (env['PATH'] ?? '').split(path.delimiter);
