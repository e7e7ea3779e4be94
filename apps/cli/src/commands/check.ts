import { plainSentence } from '@edf-pipeline/uploader';
import type { Command } from 'commander';
import { checkFile, unreadableFile } from '../check-file.ts';
import type { CheckedFile } from '../check-file.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import { findReadableFiles } from '../find-files.ts';
import { formatBytes, formatSeconds } from '../format.ts';
import type { Output } from '../output.ts';
import type { Shell } from '../shell.ts';
import { shellWord } from '../visible-text.ts';

/** `edf check`: what is wrong with files, without sending anything anywhere. */
export function addCheckCommand(program: Command, shell: Shell): void {
  program
    .command('check')
    .description('check EDF and BDF files here, without sending anything')
    .argument('<file...>', 'files, or folders with --recursive')
    .option('-r, --recursive', 'take the recordings in folders')
    .option('--json', 'one object a file and line')
    .action(async (paths: string[], flags) => {
      const { files, unreadable } = await findReadableFiles(paths, {
        isRecursive: Boolean(flags.recursive),
        withCompressed: true,
      });
      if (files.length + unreadable.length === 0)
        throw new UsageError(`no recordings (.edf, .bdf, .rec, or .gz of them) in ${paths.join(', ')}`);
      for (const { path, reason } of unreadable) {
        shell.exitCode = exitCodes.failed;
        if (flags.json) shell.output.json(unreadableFile(path, reason));
        else shell.output.note(`${path}: ${reason}`);
      }
      for (const { path } of files) {
        shell.signal.throwIfAborted();
        shell.output.progress(`checking ${path}`);
        const checked = await checkFile(path, shell.signal);
        shell.output.progress(null);
        if (!checked.ok) shell.exitCode = exitCodes.failed;
        if (flags.json) shell.output.json(checked);
        else printChecked(checked, shell.output);
      }
    });
}

function printChecked(checked: CheckedFile, output: Output): void {
  for (const finding of checked.findings) {
    const place = [
      finding.offset === undefined ? '' : `at byte ${finding.offset}`,
      finding.record === undefined ? '' : `data record ${finding.record}`,
      finding.signal === undefined ? '' : `signal ${finding.signal + 1}`,
      finding.clause ?? '',
      finding.patch === undefined ? '' : 'edf repair mends it',
    ].filter(Boolean);
    const where = place.length > 0 ? ` (${place.join(', ')})` : '';
    output.line(
      `${checked.file}: ${finding.severity} ${finding.id} ${finding.name}: ${plainSentence(finding.message)}${where}`,
    );
  }
  const kinds = (['fatal', 'error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = checked.findings.filter((finding) => finding.severity === severity).length;
    const isCounted = severity === 'error' || severity === 'warning';
    return count > 0 ? [`${count} ${severity}${isCounted && count > 1 ? 's' : ''}`] : [];
  });
  const found = kinds.length > 0 ? kinds.join(', ') : 'no findings';
  const about = checked.variant
    ? `${checked.variant}, ${checked.signalCount} ${checked.signalCount === 1 ? 'signal' : 'signals'}, ${formatSeconds(checked.durationSeconds ?? 0)}, ${formatBytes(checked.byteLength)}`
    : `not readable, ${formatBytes(checked.byteLength)}`;
  const next = checked.readable ? `edf put ${shellWord(checked.file)}` : 'edf check another file';
  output.line(`${checked.file}: ${about}; ${found}  next: ${next}`);
}
