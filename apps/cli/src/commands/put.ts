import { checkHeader } from '@edf-pipeline/edf';
import { createSlots, followJobs } from '@edf-pipeline/uploader';
import type { Command } from 'commander';
import { exitCodes, UsageError } from '../exit-code.ts';
import { openFileSource, readHeaderBytes } from '../file-source.ts';
import { findFiles } from '../find-files.ts';
import type { FoundFile } from '../find-files.ts';
import { formatBytes } from '../format.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { putFile, UPLOAD_PLACES } from '../put-file.ts';
import type { PutEnd } from '../put-file.ts';
import { createPutProgress } from '../put-progress.ts';
import { isPutFine, putFailureOf, putLine } from '../put-result.ts';
import type { PutResult } from '../put-result.ts';
import { createResumeStore } from '../resume-store.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** After this the network is trusted to come back; before, an address may simply be wrong. */
const FIRST_CONTACT_SECONDS = 3;

interface PutFlags {
  readonly recursive?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly parallel: number;
  readonly url?: string;
  readonly token?: string;
}

/** `edf put`: uploads files; interrupted, the same command goes on where it stopped. */
export function addPutCommand(program: Command, shell: Shell): void {
  withConnection(program.command('put'))
    .description('upload recordings; stopped or cut, the same command goes on')
    .argument('<path...>', 'files, or folders with --recursive')
    .option('-r, --recursive', 'take the recordings (.edf, .bdf, .rec) in folders')
    .option('--wait', 'wait for the analysis; the exit code tells whether all succeeded')
    .option('--json', 'one object a file and line')
    .option('--parallel <n>', 'parts of a file in flight', wholeNumber('--parallel', 1, 16), 4)
    .option('--dry-run', 'list what would be sent, without asking the server')
    .action(async (paths: string[], flags: PutFlags) => {
      const { files, ignored } = await findFiles(paths, {
        isRecursive: Boolean(flags.recursive),
        withCompressed: true,
      });
      if (ignored.length > 0)
        shell.output.note(`${ignored.length} other files ignored: ${shortList(ignored)}`);
      if (files.length === 0) throw new UsageError(`no recordings (.edf, .bdf, .rec) in ${paths.join(', ')}`);
      if (flags.dryRun) await plan(files, flags, shell);
      else await putAll(files, flags, shell);
    });
}

function shortList(paths: readonly string[]): string {
  return paths.slice(0, 5).join(', ') + (paths.length > 5 ? ', …' : '');
}

async function putAll(files: readonly FoundFile[], flags: PutFlags, shell: Shell): Promise<void> {
  const { output } = shell;
  const connection = connect(shell, flags);
  const { now } = connection.client.timing;
  // Asked first: nobody should read 100 GB to hear that the address or the token is wrong.
  const limits = await connection.client.getLimits({
    signal: shell.signal,
    patienceSeconds: FIRST_CONTACT_SECONDS,
  });
  const resumeStore = createResumeStore(connection.config.stateDirectory);
  await resumeStore.prune(now());
  const totalBytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const shown = createPutProgress(output, { count: files.length, totalBytes }, now);
  const slots = createSlots(UPLOAD_PLACES);
  // What ends one file for a reason that concerns all ends the others too.
  const stop = new AbortController();
  const onAbort = () => stop.abort(shell.signal.reason);
  shell.signal.addEventListener('abort', onAbort, { once: true });
  if (shell.signal.aborted) onAbort();
  const jobs = flags.wait ? followJobs({ client: connection.client, signal: stop.signal }) : null;

  const put = async ({ path, byteLength }: FoundFile) => {
    try {
      const end = await putFile(path, byteLength, {
        connection,
        resumeStore,
        slots,
        jobs,
        parallel: flags.parallel,
        maxFileBytes: limits.maxFileBytes,
        signal: stop.signal,
        onProgress: (progress) => shown.sent(path, progress),
        onState: (state) => shown.stage(path, state),
        onJob: (job) => shown.job(path, job),
        onWait: (sentence) => output.note(`${path}: ${sentence}`),
      });
      report(end.result, end, flags, shell);
      // The network outweighs a file that failed: it says that the same command will go on.
      shell.exitCode = Math.max(shell.exitCode, end.exitCode);
    } catch (error) {
      stop.abort(error);
    } finally {
      shown.ended(path, byteLength);
    }
  };
  await Promise.all(files.map(put));
  jobs?.close();
  shell.signal.removeEventListener('abort', onAbort);
  if (shell.signal.aborted) output.note('stopped; the same command goes on where this stopped');
  stop.signal.throwIfAborted();
}

function report(
  result: PutResult,
  end: Pick<PutEnd, 'reason' | 'job'>,
  flags: PutFlags,
  { output }: Shell,
): void {
  if (flags.json) output.json(result);
  else output.line(putLine(result, end.reason, end.job));
}

/** What would be sent, after a look at each header here. */
async function plan(files: readonly FoundFile[], flags: PutFlags, shell: Shell): Promise<void> {
  for (const { path, byteLength } of files) {
    shell.signal.throwIfAborted();
    const { result, reason } = await planned(path, byteLength);
    if (!isPutFine(result)) shell.exitCode = exitCodes.failed;
    report(result, { reason, job: null }, flags, shell);
  }
  const totalBytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  shell.output.note(`${files.length} files, ${formatBytes(totalBytes)}; nothing was sent`);
}

async function planned(
  path: string,
  byteLength: number,
): Promise<{ result: PutResult; reason: string | null }> {
  if (byteLength === 0)
    return { result: putFailureOf(path, 'refused', 'empty-file'), reason: 'the file is empty' };
  const source = await openFileSource(path);
  try {
    const header = await readHeaderBytes(source);
    const base = { file: path, recordingId: null, jobId: null, duplicate: false };
    if (header[0] === 0x1f && header[1] === 0x8b) {
      const reason = `${formatBytes(byteLength)} of gzip, whose header is checked after the upload`;
      return { result: { ...base, findings: null, status: 'planned', code: null }, reason };
    }
    const { findings } = checkHeader(header, byteLength);
    const fatal = findings.find(({ severity }) => severity === 'fatal');
    if (fatal)
      return {
        result: { ...base, findings: findings.length, status: 'refused', code: fatal.name },
        reason: fatal.message,
      };
    return {
      result: { ...base, findings: findings.length, status: 'planned', code: null },
      reason: formatBytes(byteLength),
    };
  } finally {
    await source.close();
  }
}
