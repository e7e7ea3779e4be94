import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '@edf-pipeline/service';
import { writePrivately } from './data-folder.ts';
import type { LocalIssuer } from './local-issuer.ts';
import { LOCAL_TENANT } from './local-issuer.ts';

const RENEW_SECONDS = 1200;
/** A token lives much longer than this: a disk that was full for a while costs nobody anything. */
const TRY_AGAIN_SECONDS = 30;

export interface CliTokenOptions {
  readonly issuer: LocalIssuer;
  readonly url: string;
  readonly tokenFile: string;
  /** Where the command line finds out which token goes with which address. */
  readonly stateFolder: string;
  readonly logger: Logger;
  readonly renewSeconds?: number;
}

/** Keeps a fresh access token in a file that only this user can read, and tells the command line where it is. */
export async function keepCliToken({
  issuer,
  url,
  tokenFile,
  stateFolder,
  logger,
  renewSeconds = RENEW_SECONDS,
}: CliTokenOptions): Promise<{ remove(): void }> {
  const renew = async () => {
    const { accessToken } = await issuer.issue(LOCAL_TENANT);
    writePrivately(tokenFile, accessToken);
  };
  await renew();
  const { hostname, port } = new URL(url);
  const entry = path.join(stateFolder, `${hostname}-${port || '80'}.json`);
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  writePrivately(entry, JSON.stringify({ url, tokenFile }));
  let timer: NodeJS.Timeout;
  const renewIn = (seconds: number) => {
    timer = setTimeout(() => {
      renew().then(
        () => renewIn(renewSeconds),
        (error: unknown) => {
          logger.error('The access token of the command line could not be renewed; it is tried again', {
            error,
          });
          renewIn(Math.min(TRY_AGAIN_SECONDS, renewSeconds));
        },
      );
    }, seconds * 1000);
  };
  renewIn(renewSeconds);
  return {
    remove() {
      clearTimeout(timer);
      rmSync(entry, { force: true });
    },
  };
}
