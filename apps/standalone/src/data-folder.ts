import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Everything that a standalone instance keeps, in one folder that only its user can read. */
export interface DataFolder {
  readonly objects: string;
  readonly ledger: string;
  readonly token: string;
  readonly issuerKey: string;
  readonly secrets: Secrets;
  close(): void;
}

export interface Secrets {
  readonly urlSigningKey: Uint8Array;
  readonly cursorKey: Uint8Array;
  readonly fileNameKey: Uint8Array;
  readonly webhookKey: Uint8Array;
}

/** Another process has this folder. */
export class DataFolderInUse extends Error {
  readonly code = 'data-folder-in-use';

  constructor(folder: string) {
    super(`Another edf-pipeline is using ${folder}. Stop it first, or choose another folder with --data.`);
    this.name = 'DataFolderInUse';
  }
}

/** @throws DataFolderInUse */
export function openDataFolder(folder: string): DataFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // It may have been there before, open to others.
  chmodSync(folder, 0o700);
  const lock = takeLock(folder);
  mkdirSync(path.join(folder, 'objects'), { recursive: true, mode: 0o700 });
  return {
    objects: path.join(folder, 'objects'),
    ledger: path.join(folder, 'ledger.sqlite'),
    token: path.join(folder, 'token'),
    issuerKey: path.join(folder, 'issuer-key.json'),
    secrets: readSecrets(path.join(folder, 'secrets.json')),
    close: () => lock.close(),
  };
}

/** An open SQLite transaction is a lock that the operating system lets go of when the process ends, however it ends. */
function takeLock(folder: string): DatabaseSync {
  const lock = new DatabaseSync(path.join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    throw new DataFolderInUse(folder);
  }
}

const secretNames = ['urlSigningKey', 'cursorKey', 'fileNameKey', 'webhookKey'] as const;

function readSecrets(file: string): Secrets {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  // A folder of an earlier version has not got them all.
  const missing = secretNames.filter((name) => kept[name] === undefined);
  const fresh = missing.map((name) => [name, randomBytes(32).toString('base64')]);
  const stored = { ...kept, ...Object.fromEntries(fresh) } as Record<(typeof secretNames)[number], string>;
  if (missing.length > 0) writePrivately(file, JSON.stringify(stored));
  const keyOf = (name: (typeof secretNames)[number]) => Buffer.from(stored[name], 'base64');
  return {
    urlSigningKey: keyOf('urlSigningKey'),
    cursorKey: keyOf('cursorKey'),
    fileNameKey: keyOf('fileNameKey'),
    webhookKey: keyOf('webhookKey'),
  };
}

/** Writes a file that only its owner can read, all of it or nothing. */
export function writePrivately(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.new`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, file);
}
