import { nanosecondsFromDecimal } from '@edf-pipeline/edf';
import type { Command } from 'commander';
import { UsageError } from './exit-code.ts';

/** Adds the options that say which server and who. */
export function withConnection(command: Command): Command {
  return command
    .option('--url <url>', 'server (EDF_URL)')
    .option('--token <token>', 'access token (EDF_TOKEN); others on this machine can see options');
}

/** A reader of whole numbers for commander. */
export function wholeNumber(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not ${text}`);
    }
    return value;
  };
}

export type IdKind = 'recording' | 'job' | 'upload';

const prefixes: Record<string, IdKind> = { rec: 'recording', job: 'job', upl: 'upload' };

/** @throws UsageError when `id` is none of the allowed kinds */
export function idKindOf(id: string, allowed: readonly IdKind[]): IdKind {
  const kind = /^(rec|job|upl)_[0-9A-Z]{26}$/.exec(id)?.[1];
  const found = kind && prefixes[kind];
  if (found && allowed.includes(found)) return found;
  const forms = Object.entries(prefixes).filter(([, value]) => allowed.includes(value));
  throw new UsageError(
    `${id} is no id of a ${allowed.join(' or ')} (${forms.map(([key]) => `${key}_…`).join(', ')}); edf ls shows them`,
  );
}

/** A reader of seconds for commander: plain decimal, to the nanosecond. */
export function seconds(name: string): (text: string) => bigint {
  return (text) => {
    const nanoseconds = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? nanosecondsFromDecimal(text) : null;
    if (nanoseconds === null) throw new UsageError(`${name} takes seconds like 90 or 0.25, not ${text}`);
    return nanoseconds;
  };
}
