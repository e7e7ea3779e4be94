import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { applyChanges, isEdfError, repairEdf } from '@edf-pipeline/edf';
import type { ByteChange, RepairChange, RepairChoices } from '@edf-pipeline/edf';
import { UsageError } from './exit-code.ts';
import { openFileSource } from './file-source.ts';

/** One change as it is told; bytes as text of one character each, left out where they may identify a person. */
export interface ToldChange {
  readonly offset: number;
  readonly length: number;
  readonly newLength: number;
  readonly before?: string;
  readonly after?: string;
  readonly repairs: readonly string[];
  readonly findings: readonly string[];
  readonly reason: string;
  readonly field?: string;
  readonly signal?: number;
  readonly record?: number;
}

/** What `edf repair` says about a file; with `--json` exactly this. */
export interface RepairedFile {
  readonly file: string;
  readonly readable: boolean;
  /** Why the file was not repaired. */
  readonly error: string | null;
  readonly changes: readonly ToldChange[];
  /** The repaired file and the file that takes the repair back; null when nothing was written. */
  readonly output: string | null;
  readonly undo: string | null;
  /** The same digest of all samples before and after. */
  readonly samples: string | null;
}

/** What `--undo` reads. Bytes are hexadecimal; they may identify a person. */
interface UndoFile {
  readonly edfRepairUndo: 1;
  readonly byteLength: number;
  readonly changes: readonly { offset: number; before: string; after: string }[];
}

/** Where repaired files go. */
export interface RepairTarget {
  /** Folder that takes them; null: beside the file, as `night.repaired.edf`. */
  readonly folder: string | null;
  /** Names in `folder` are relative to these. */
  readonly roots: readonly string[];
}

/** Plans the repair of a file and, with a target, writes the repaired file and its undo file. The file itself stays. */
export async function repairFile(
  path: string,
  choices: RepairChoices,
  target: RepairTarget | null,
  signal: AbortSignal,
): Promise<RepairedFile> {
  const source = await openFileSource(path);
  try {
    const repair = await repairEdf(source, choices, signal);
    const changes = repair.plan.changes.map(toldChange);
    const planned = { ...notRepaired(path, null), readable: true, changes };
    if (target === null || changes.length === 0) return planned;
    const output = outputPath(path, target);
    const undo = `${output}.undo.json`;
    if (await exists(output))
      return { ...planned, error: `${output} is there already; move it or choose --out` };
    let samples = '';
    await writeNewFile(output, async (write) => {
      const proof = await repair.write(write, signal);
      samples = proof.samplesAfter;
      await writeFile(undo, undoText(repair.undo, proof.byteLength), { flag: 'wx', mode: 0o600 });
    });
    return { ...planned, output, undo, samples };
  } catch (error) {
    if (!isEdfError(error)) throw error;
    return notRepaired(path, error.message);
  } finally {
    await source.close();
  }
}

/** A file that nothing was written for. */
export function notRepaired(file: string, error: string | null): RepairedFile {
  return { file, readable: false, error, changes: [], output: null, undo: null, samples: null };
}

const exists = (path: string) => stat(path).then(Boolean, () => false);

/**
 * Takes a repair back: writes the file as it was before.
 *
 * @throws UsageError when `undoPath` is no undo file, or one of another file
 */
export async function undoRepair(
  path: string,
  undoText: string,
  target: RepairTarget,
  signal: AbortSignal,
): Promise<string> {
  const changes = changesOf(undoText);
  const source = await openFileSource(path);
  try {
    if (source.byteLength !== changes.byteLength)
      throw new UsageError(`${path}: the undo file is for another file`);
    const output = outputPath(path, target, '.original');
    await writeNewFile(output, async (write) => {
      for await (const chunk of applyChanges(source, changes.changes, signal)) await write(chunk);
    });
    return output;
  } finally {
    await source.close();
  }
}

function toldChange(change: RepairChange): ToldChange {
  const { before, after, isIdentifying, ...rest } = change;
  const lengths = { length: before.length, newLength: after.length };
  if (isIdentifying) return { ...rest, ...lengths };
  return { ...rest, ...lengths, before: latin1(before), after: latin1(after) };
}

function outputPath(path: string, { folder, roots }: RepairTarget, mark = '.repaired'): string {
  const ending = extname(path);
  if (folder === null) return join(dirname(path), `${basename(path, ending)}${mark}${ending}`);
  const root = roots.find((candidate) => resolve(path).startsWith(`${resolve(candidate)}/`));
  return join(folder, root === undefined ? basename(path) : relative(root, path));
}

type Write = (chunk: Uint8Array) => Promise<void>;

/** A file appears whole or not at all, and never in the place of another. */
async function writeNewFile(path: string, fill: (write: Write) => Promise<void>): Promise<void> {
  if (await exists(path)) throw new UsageError(`${path}: is there already; move it or choose --out`);
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  const handle = await open(part, 'w');
  try {
    await fill(async (chunk) => {
      for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
    });
    await handle.sync();
    await handle.close();
    await rename(part, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

function undoText(changes: readonly ByteChange[], byteLength: number): string {
  const hexadecimal = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const written: UndoFile = {
    edfRepairUndo: 1,
    byteLength,
    changes: changes.map(({ offset, before, after }) => ({
      offset,
      before: hexadecimal(before),
      after: hexadecimal(after),
    })),
  };
  return `${JSON.stringify(written)}\n`;
}

function changesOf(text: string): { byteLength: number; changes: ByteChange[] } {
  let undo: Partial<UndoFile> | null = null;
  try {
    undo = JSON.parse(text) as Partial<UndoFile> | null;
  } catch {
    // Told below like every other file that is no undo file.
  }
  const isUndo =
    undo?.edfRepairUndo === 1 &&
    typeof undo.byteLength === 'number' &&
    Array.isArray(undo.changes) &&
    undo.changes.every(
      (one) =>
        Number.isSafeInteger(one?.offset) && typeof one.before === 'string' && typeof one.after === 'string',
    );
  if (!isUndo) throw new UsageError('the file given with --undo is not one that edf repair has written');
  const bytes = (hexadecimal: string): Uint8Array => new Uint8Array(Buffer.from(hexadecimal, 'hex'));
  const changes = undo!.changes!.map(({ offset, before, after }) => ({
    offset,
    before: bytes(before),
    after: bytes(after),
  }));
  return { byteLength: undo!.byteLength!, changes };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
