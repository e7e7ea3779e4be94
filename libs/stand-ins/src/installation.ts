import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './config.ts';

/** What cannot be had on this machine, and what to do about it. */
export class StandInMissing extends Error {
  readonly code = 'stand-in-missing';
}

/** One thing installed by the project outside the repository, in a folder named after the file that pins it. */
export interface Installation {
  readonly name: string;
  /** The file that pins every version. */
  readonly pins: string;
  readonly folder: string;
  readonly isComplete: boolean;
}

export const completeMark = (folder: string) => path.join(folder, '.complete');

function installation(name: string, pinFile: string): Installation {
  const pins = fileURLToPath(new URL(`../${pinFile}`, import.meta.url));
  const hash = createHash('sha256').update(readFileSync(pins)).digest('hex').slice(0, 12);
  const folder = path.join(cacheFolder, `${name}-${hash}`);
  return { name, pins, folder, isComplete: existsSync(completeMark(folder)) };
}

/** A Python environment with ministack (S3, SQS, DynamoDB, Cognito) and a Redis server. */
export const pythonInstallation = () => installation('stand-ins', 'requirements.txt');

/** AWS's own DynamoDB Local, as jars. */
export const dynamodbInstallation = () => installation('dynamodb-local', 'pom.xml');

/** @throws StandInMissing */
export function installedFolder(wanted: Installation): string {
  if (!wanted.isComplete)
    throw new StandInMissing(
      `${wanted.name} is not installed on this machine; \`npm run stand-ins\` installs it`,
    );
  return wanted.folder;
}
