import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { deidentify } from '@edf-pipeline/edf';
import type { Deidentification, DeidentificationPlan, DeidentifyOptions } from '@edf-pipeline/edf';
import { Option } from 'commander';
import type { Command } from 'commander';
import { exitCodeOf, exitCodes, Interrupted, UsageError } from '../exit-code.ts';
import { findFiles } from '../find-files.ts';
import { tableLines } from '../format.ts';
import type { Output } from '../output.ts';
import type { Shell } from '../shell.ts';
import { withRecording } from '../with-recording.ts';
import { writeFileWhole } from '../write-file.ts';

/** `edf deidentify`: recordings without what identifies people, each with a proof beside it. */
export function addDeidentifyCommand(program: Command, shell: Shell): void {
  program
    .command('deidentify')
    .description('recordings without names, dates and free texts; samples unchanged, a proof beside each')
    .argument('<file...>', 'recordings, or folders with --recursive')
    .option('-r, --recursive', 'take the recordings in folders')
    .option('--out <dir>', 'folder for the recordings; made when missing')
    .option('--plan', 'show what would leave and what would not; write nothing')
    .option('--keep-sex', 'keep F or M')
    .option('--keep-age', 'keep the age in years, as a birthdate on 1 January; 90 for all above 89')
    .option('--keep-time-of-day', 'keep the time at which the recording starts')
    .option(
      '--shift-dates <file>',
      'move dates by days that follow from the secret in this file and the patient',
    )
    .addOption(
      new Option(
        '--texts <policy>',
        'words: only words of recordings in general; patterns: all but names and numbers',
      )
        .choices(['words', 'patterns'])
        .default('words'),
    )
    .option('--keep <file>', 'words and texts that stay, one a line')
    .option('--remove <file>', 'words and texts that go, one a line')
    .option('--force', 'replace files that exist')
    .option('--json', 'one object a file and line')
    .action(async (paths: string[], flags) => {
      if (!flags.plan && flags.out === undefined)
        throw new UsageError('--out DIR says where to write, --plan writes nothing');
      const { files } = await findFiles(paths, { isRecursive: Boolean(flags.recursive) });
      if (files.length === 0) throw new UsageError(`no recordings (.edf, .bdf, .rec) in ${paths.join(', ')}`);
      const options = await optionsFrom(flags);
      if (!flags.plan) await mkdir(flags.out, { recursive: true });
      const writtenFrom = new Map<string, string>();
      for (const { path } of files) {
        shell.signal.throwIfAborted();
        try {
          await deidentifyFile(path, options, flags, shell, writtenFrom);
        } catch (error) {
          shell.output.progress(null);
          const isOfThisFile = !(error instanceof Interrupted) && exitCodeOf(error) !== null;
          if (files.length === 1 || !isOfThisFile) throw error;
          // The others are not less worth it.
          shell.exitCode = exitCodes.failed;
          shell.output.note(`${path}: ${(error as Error).message}`);
        }
      }
    });
}

interface Flags {
  readonly out?: string;
  readonly plan?: boolean;
  readonly keepSex?: boolean;
  readonly keepAge?: boolean;
  readonly keepTimeOfDay?: boolean;
  readonly shiftDates?: string;
  readonly texts: 'words' | 'patterns';
  readonly keep?: string;
  readonly remove?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

async function optionsFrom(flags: Flags): Promise<DeidentifyOptions> {
  const { keepSex, keepAge, keepTimeOfDay, texts } = flags;
  const secret = flags.shiftDates === undefined ? null : new Uint8Array(await readFile(flags.shiftDates));
  if (secret !== null && secret.length < 16)
    throw new UsageError(`${flags.shiftDates}: a secret has 16 bytes or more (openssl rand -out secret 32)`);
  return {
    keepSex,
    keepAge,
    keepTimeOfDay,
    texts,
    dates: secret === null ? { kind: 'clear' } : { kind: 'shift', secret },
    keep: await linesOf(flags.keep),
    remove: await linesOf(flags.remove),
  };
}

async function linesOf(path: string | undefined): Promise<string[]> {
  if (path === undefined) return [];
  return (await readFile(path, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** Something that identifies is left in what was written. */
class NotClean extends Error {}

/** @param writtenFrom the recordings of this run, by the files written: none is replaced by another */
async function deidentifyFile(
  path: string,
  options: DeidentifyOptions,
  flags: Flags,
  shell: Shell,
  writtenFrom: Map<string, string>,
): Promise<void> {
  const { output, signal } = shell;
  await withRecording(path, signal, async (file) => {
    output.progress(`reading ${path}`);
    const result = await deidentify(file, { ...options, fileName: basename(path) }, signal);
    output.progress(null);
    if (flags.plan) {
      if (flags.json) output.json({ file: path, ...result.plan });
      else printPlan(path, result.plan, output);
      return;
    }
    const out = join(flags.out!, result.plan.fileName);
    const same = writtenFrom.get(out);
    if (same !== undefined) {
      shell.exitCode = exitCodes.failed;
      output.note(
        `${path}: the same as ${same} once de-identified, so it is ${out} already; not written again`,
      );
      return;
    }
    const isForced = Boolean(flags.force);
    try {
      await writeFileWhole(out, cleanBytes(result, signal), {
        isForced,
        onBytes: (bytes) =>
          output.progress(`${path}: ${Math.floor((100 * bytes) / result.plan.byteLength)} %`),
      });
    } catch (error) {
      if (!(error instanceof NotClean)) throw error;
      output.progress(null);
      shell.exitCode = exitCodes.failed;
      output.note(`${path}: ${error.message}`);
      return;
    }
    output.progress(null);
    writtenFrom.set(out, path);
    const proof = result.proof();
    const proofPath = `${out}.proof.json`;
    await writeFileWhole(proofPath, onePiece(`${JSON.stringify(proof, null, 2)}\n`), { isForced });
    const { changes, searchedStringCount, unsearchedWordCount } = proof;
    if (flags.json)
      output.json({
        file: path,
        out,
        proof: proofPath,
        changeCount: changes.length,
        isClean: true,
        unsearchedWordCount,
      });
    else {
      const unsearched =
        unsearchedWordCount === 0 ? '' : `; ${unsearchedWordCount} words may stay (see --plan)`;
      output.line(
        `${path}: ${out}, ${changes.length} places changed, samples the same, ${searchedStringCount} strings searched for and none found${unsearched}`,
      );
    }
  });
}

/** Ends with an error, before the file has its name, where something that identifies is left. */
async function* cleanBytes(result: Deidentification, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* result.bytes(signal);
  const { isClean, found } = result.proof();
  if (!isClean)
    throw new NotClean(`identifying strings are left at ${found.length} places; nothing was kept`);
}

async function* onePiece(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

function printPlan(path: string, plan: DeidentificationPlan, output: Output): void {
  output.line(`${path}: would become ${plan.fileName}`);
  const fields = plan.fields.map(({ field, signal, before, after }) => [
    '  changes',
    signal === undefined ? field : `${field} of signal ${signal}`,
    `${JSON.stringify(before)} to ${JSON.stringify(after)}`,
  ]);
  const texts = plan.texts.map(({ before, after, count }) => [
    before === after ? '  leaves' : '  changes',
    `${count} annotation${count === 1 ? '' : 's'}`,
    before === after ? JSON.stringify(before) : `${JSON.stringify(before)} to ${JSON.stringify(after)}`,
  ]);
  for (const line of tableLines([...fields, ...texts])) output.line(line);
  if (plan.isTextListCut) output.line('  and more different annotation texts than are listed');
  if (plan.trailingByteLength > 0)
    output.line(`  stays behind: ${plan.trailingByteLength} bytes after the data records`);
  if (plan.technicalWords.length > 0)
    output.line(`  may stay, since recordings in general use such words: ${plan.technicalWords.join(', ')}`);
}
