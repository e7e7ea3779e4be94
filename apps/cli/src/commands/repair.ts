import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { repairCatalogue } from '@edf-pipeline/edf';
import type { RepairName } from '@edf-pipeline/edf';
import { exitCodes, UsageError } from '../exit-code.ts';
import { findReadableFiles } from '../find-files.ts';
import type { Output } from '../output.ts';
import { notRepaired, repairFile, undoRepair } from '../repair-file.ts';
import type { RepairedFile, ToldChange } from '../repair-file.ts';
import type { Shell } from '../shell.ts';
import { shellWord } from '../visible-text.ts';

/** `edf repair`: mends files that break the specification; says what it would do unless told to do it. */
export function addRepairCommand(program: Command, shell: Shell): void {
  program
    .command('repair')
    .description('mend EDF and BDF files; the files themselves stay, repaired ones are written beside them')
    .argument('<file...>', 'files, or folders of recordings')
    .option('--plan', 'only say what would be changed (the default)')
    .option('--apply', 'write repaired files, each with an .undo.json that takes the repair back')
    .option('--out <folder>', 'where repaired files go')
    .option('--with <names>', 'repairs to make as well, with commas between', namesOf)
    .option('--without <names>', 'repairs to leave out', namesOf)
    .option('--undo <file>', 'take back the repair of one file by its .undo.json')
    .option('--json', 'one object a file and line')
    .addHelpText('after', `\nRepairs (* made unless left out):\n${repairLines().join('\n')}`)
    .action(async (paths: string[], flags) => {
      if (flags.plan && flags.apply) throw new UsageError('--plan or --apply, not both');
      if (flags.out && !flags.apply && !flags.undo) throw new UsageError('--out needs --apply');
      const target = { folder: (flags.out as string | undefined) ?? null, roots: paths };
      if (flags.undo) {
        if (paths.length !== 1) throw new UsageError('--undo takes one repaired file');
        const text = await readFile(flags.undo as string, 'utf8');
        shell.output.line(await undoRepair(paths[0]!, text, target, shell.signal));
        return;
      }
      const { files, unreadable } = await findReadableFiles(paths, {
        isRecursive: true,
        withoutRepaired: true,
      });
      if (files.length + unreadable.length === 0)
        throw new UsageError(`no recordings (.edf, .bdf, .rec) in ${paths.join(', ')}`);
      const tell = (repaired: RepairedFile) => {
        if (repaired.error !== null) shell.exitCode = exitCodes.failed;
        if (flags.json) shell.output.json(repaired);
        else printRepaired(repaired, shell.output);
      };
      for (const { path, reason } of unreadable) tell(notRepaired(path, reason));
      const choices = { with: flags.with ?? [], without: flags.without ?? [] };
      for (const { path } of files) {
        shell.signal.throwIfAborted();
        shell.output.progress(`repairing ${path}`);
        const repaired = await repairFile(path, choices, flags.apply ? target : null, shell.signal);
        shell.output.progress(null);
        tell(repaired);
      }
    });
}

function namesOf(text: string): RepairName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !repairCatalogue.some((kind) => kind.name === name));
  if (unknown.length > 0) {
    throw new UsageError(`there is no repair ${unknown.join(', ')}; edf repair --help shows them all`);
  }
  return names as RepairName[];
}

function repairLines(): string[] {
  return repairCatalogue.map(
    ({ name, isDefault, title, findings }) =>
      `  ${isDefault ? '*' : ' '} ${name}: ${title} (${findings.join(', ')})`,
  );
}

function printRepaired({ file, error, changes, output }: RepairedFile, out: Output): void {
  if (error !== null) {
    out.line(`${file}: not repaired: ${error}`);
    return;
  }
  for (const change of changes) out.line(`${file}: ${lineOf(change)}`);
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
  if (changes.length === 0) out.line(`${file}: nothing to repair`);
  else if (output === null)
    out.line(`${file}: ${count} planned  next: edf repair --apply ${shellWord(file)}`);
  else
    out.line(
      `${file}: ${count}, samples untouched, written to ${output}  next: edf check ${shellWord(output)}`,
    );
}

function lineOf({
  offset,
  length,
  newLength,
  before,
  after,
  findings,
  reason,
  field,
  signal,
  record,
}: ToldChange): string {
  const where = [
    field,
    signal === undefined ? '' : `signal ${signal + 1}`,
    record === undefined ? '' : `data record ${record}`,
  ].filter(Boolean);
  const what =
    before === undefined || after === undefined
      ? `${length} bytes become ${newLength}`
      : `"${before.trimEnd()}" becomes "${after.trimEnd()}"`;
  const place = where.length > 0 ? `, ${where.join(', ')}` : '';
  return `byte ${offset}${place}: ${what} (${findings.join(', ')}: ${reason})`;
}
