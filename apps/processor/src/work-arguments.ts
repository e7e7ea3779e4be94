import { parseArgs } from 'node:util';
import type { Work } from '@edf-pipeline/jobs';
import { ConfigError } from '@edf-pipeline/service';

/**
 * Names a piece of work on the command line: `--tenant T --job ID --dispatch N [--range N]`.
 *
 * @throws ConfigError naming every fault
 */
export function readWorkArguments(argv: readonly string[]): Work {
  const { tenant, job, dispatch, range } = textsOf(argv);
  const faults = [
    ...(tenant ? [] : ['--tenant is missing']),
    ...(job ? [] : ['--job is missing']),
    ...(/^\d{1,9}$/.test(dispatch ?? '') ? [] : ['--dispatch is missing or not a number']),
    ...(/^\d{1,6}$/.test(range ?? '0') ? [] : ['--range is not a number']),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  return { tenant: tenant ?? '', jobId: job ?? '', dispatch: Number(dispatch), range: Number(range ?? 0) };
}

function textsOf(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...argv], options: { tenant: text, job: text, dispatch: text, range: text } })
      .values;
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  }
}
