import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JobRow, RangeRow, RecordingRow } from '@edf-pipeline/ledger';

/** Paths of all files below a folder; what vanishes meanwhile is not there. */
export function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const below = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(below) : [below];
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Keys of the object store that have a version. */
export function objectKeys(data: string): string[] {
  const root = path.join(data, 'objects', 'objects');
  const names = filesBelow(root).map((file) => path.relative(root, file));
  return [...new Set(names.map((name) => name.replace(/\/?@\d+.*$/, '')))].sort();
}

/** What is being written or has been left half done. */
export function leftovers(data: string): string[] {
  return ['temporary', 'multipart'].flatMap((name) => filesBelow(path.join(data, 'objects', name)));
}

/** Files below a folder that hold one of these texts, in their content or their path. */
export function filesHolding(folder: string, texts: readonly string[]): string[] {
  const needles = texts.map((text) => Buffer.from(text));
  return filesBelow(folder).filter((file) => {
    if (texts.some((text) => file.includes(text))) return true;
    const bytes = readFileSync(file);
    return needles.some((needle) => bytes.includes(needle));
  });
}

export interface LedgerRows {
  readonly jobs: JobRow[];
  readonly ranges: RangeRow[];
  readonly recordings: RecordingRow[];
}

/** The ledger's rows, read from its file while no process has it. */
export function readLedger(data: string): LedgerRows {
  const database = new DatabaseSync(path.join(data, 'ledger.sqlite'), { readOnly: true });
  const rows = database
    .prepare('SELECT data FROM item')
    .all()
    .map(({ data: json }) => JSON.parse(String(json)) as { kind: string });
  database.close();
  const of = <T>(kind: string) => rows.filter((row) => row.kind === kind) as T[];
  return { jobs: of('job'), ranges: of('range'), recordings: of('recording') };
}
