import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAnnotationsCommand } from './commands/annotations.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addCancelCommand } from './commands/cancel.ts';
import { addCheckCommand } from './commands/check.ts';
import { addConvertCommand } from './commands/convert.ts';
import { addCropCommand } from './commands/crop.ts';
import { addDeidentifyCommand } from './commands/deidentify.ts';
import { addExplainCommand, addTimelineCommand } from './commands/explain.ts';
import { addGetCommand } from './commands/get.ts';
import { addInfoCommand } from './commands/info.ts';
import { addJobsCommand } from './commands/jobs.ts';
import { addLimitsCommand } from './commands/limits.ts';
import { addLoginCommand } from './commands/login.ts';
import { addLogoutCommand } from './commands/logout.ts';
import { addLsCommand } from './commands/ls.ts';
import { addOpsCommand } from './commands/ops.ts';
import { addPutCommand } from './commands/put.ts';
import { addReadCommand } from './commands/read.ts';
import { addRepairCommand } from './commands/repair.ts';
import { addRetryCommand } from './commands/retry.ts';
import { addRmCommand } from './commands/rm.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTenantsCommand } from './commands/tenants.ts';
import { addUsageCommand } from './commands/usage.ts';
import { addWatchCommand } from './commands/watch.ts';
import { addWebhooksCommand } from './commands/webhooks.ts';
import { DEFAULT_URL } from './config.ts';
import { exitCodeOf, exitCodes, Interrupted, sentenceOf } from './exit-code.ts';
import { createOutput } from './output.ts';
import type { TextStream } from './output.ts';
import type { Shell } from './shell.ts';

/** The process as the program needs it. */
export interface CliProcess {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Shell['stdin'];
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Aborted with {@link Interrupted} on Ctrl-C. */
  readonly signal: AbortSignal;
}

// Of the product: the parts of the repository have none of their own.
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Runs one command line and returns its exit code. Never throws. */
export async function runCli(args: readonly string[], of: CliProcess): Promise<number> {
  const output = createOutput(of.stdout, of.stderr);
  const shell: Shell = { env: of.env, stdin: of.stdin, output, signal: of.signal, exitCode: exitCodes.ok };
  const program = new Command('edf')
    .description('Upload EDF recordings, watch them being analysed, fetch the results; check files offline.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => of.stdout.write(text), writeErr: (text) => of.stderr.write(text) })
    .showHelpAfterError('(edf --help shows what there is)')
    .addHelpText(
      'after',
      `
The server is --url or EDF_URL (${DEFAULT_URL} unless given), the access token --token or EDF_TOKEN, or
that of edf login; for the product started on this machine it is found by itself.
Exit codes: 0 ok, 1 findings or a file not succeeded, 2 usage, 3 sign-in, 4 network (the same command
goes on), 130 Ctrl-C (the same command goes on).`,
    );
  const adders = [
    addPutCommand,
    addLsCommand,
    addStatusCommand,
    addGetCommand,
    addCheckCommand,
    addRepairCommand,
    addJobsCommand,
    addRetryCommand,
    addCancelCommand,
    addRmCommand,
    addWatchCommand,
    addLimitsCommand,
    addUsageCommand,
    addExplainCommand,
    addTimelineCommand,
    addAuditCommand,
    addLoginCommand,
    addLogoutCommand,
    addOpsCommand,
    addTenantsCommand,
    addWebhooksCommand,
    addInfoCommand,
    addReadCommand,
    addAnnotationsCommand,
    addCropCommand,
    addConvertCommand,
    addDeidentifyCommand,
  ];
  for (const add of adders) add(program, shell);
  try {
    await program.parseAsync(args, { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    output.progress(null);
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof Interrupted) {
      output.note('stopped');
      return error.exitCode;
    }
    const code = exitCodeOf(error);
    const text = sentenceOf(error, serverOf(of.env, args));
    for (const line of text.split('\n')) output.note(`edf: ${line}`);
    // A mistake of ours: its place helps whoever is told about it.
    if (code === null && error instanceof Error && of.env.EDF_DEBUG) output.note(error.stack ?? '');
    return code ?? exitCodes.failed;
  }
}

/** For sentences only; the configuration proper may be what went wrong. */
function serverOf(env: NodeJS.ProcessEnv, args: readonly string[]): string {
  const at = args.findIndex((word) => word === '--url' || word.startsWith('--url='));
  const flag = at < 0 ? undefined : args[at]!.slice('--url='.length) || args[at + 1];
  return flag ?? (env.EDF_URL || DEFAULT_URL);
}
