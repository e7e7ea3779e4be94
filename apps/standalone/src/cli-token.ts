import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writePrivately } from './data-folder.ts';
import type { LocalIssuer } from './local-issuer.ts';
import { LOCAL_TENANT } from './local-issuer.ts';

const RENEW_SECONDS = 1200;

export interface CliTokenOptions {
  readonly issuer: LocalIssuer;
  readonly url: string;
  readonly tokenFile: string;
  /** Where the command line finds out which token goes with which address. */
  readonly stateFolder: string;
}

/** Keeps a fresh access token in a file that only this user can read, and tells the command line where it is. */
export async function keepCliToken({
  issuer,
  url,
  tokenFile,
  stateFolder,
}: CliTokenOptions): Promise<{ remove(): void }> {
  const renew = async () => {
    const { accessToken } = await issuer.issue(LOCAL_TENANT);
    writePrivately(tokenFile, accessToken);
  };
  await renew();
  const { hostname, port } = new URL(url);
  const entry = path.join(stateFolder, `${hostname}-${port}.json`);
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  writePrivately(entry, JSON.stringify({ url, tokenFile }));
  const timer = setInterval(() => void renew(), RENEW_SECONDS * 1000);
  return {
    remove() {
      clearInterval(timer);
      rmSync(entry, { force: true });
    },
  };
}
