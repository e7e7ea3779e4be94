import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CliConfig } from './config.ts';
import { readPrivate } from './private-file.ts';
import type { SignedIn } from './sign-in.ts';

/** One file for each server that this user is signed in to. */
function pathFor({ url, stateDirectory }: CliConfig): string {
  const { protocol, hostname, port } = new URL(url);
  const place = `${hostname.replace(/[^\w.-]/g, '_')}-${port || (protocol === 'https:' ? '443' : '80')}`;
  return join(stateDirectory, `sign-in-${place}.json`);
}

/** What is kept of the sign-in to this server; null when there is none, or it is half a file. */
export async function readSignIn(config: CliConfig): Promise<SignedIn | null> {
  const text = await readPrivate(pathFor(config));
  if (text === null) return null;
  try {
    const kept = JSON.parse(text) as SignedIn;
    return kept.url === config.url && typeof kept.accessToken === 'string' ? kept : null;
  } catch {
    return null;
  }
}

/** Readable by this user alone, and never half: another `edf` may be reading it. */
export async function writeSignIn(config: CliConfig, signedIn: SignedIn): Promise<void> {
  const path = pathFor(config);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(signedIn), { mode: 0o600, flag: 'wx' });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

export async function removeSignIn(config: CliConfig): Promise<void> {
  await rm(pathFor(config), { force: true });
}
