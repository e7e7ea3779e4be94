import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '@edf-pipeline/service';
import type { ChaosOptions } from './run-chaos.ts';

export interface ChaosArguments extends Omit<ChaosOptions, 'say'> {
  /** Where the figures go as JSON besides. */
  readonly jsonFile: string | null;
}

/** @throws ConfigError naming every fault */
export function readChaosArguments(
  argv: readonly string[],
  fallback: { readonly seed: () => number; readonly folder: string },
): ChaosArguments {
  const text = { type: 'string' } as const;
  const known = { uploads: text, kills: text, seed: text, harm: text, lease: text, json: text, logs: text };
  const values = (() => {
    try {
      return parseArgs({ args: [...argv], options: known }).values;
    } catch (error) {
      throw new ConfigError([
        `${error instanceof Error ? error.message : String(error)}. Known: --uploads, --kills, --seed (numbers), ` +
          '--harm (share of the connections, in percent), --lease (seconds), --json (a file for the figures), --logs (a folder)',
      ]);
    }
  })();
  const faults: string[] = [];
  const number = (name: 'uploads' | 'kills' | 'seed' | 'harm' | 'lease', orElse: number, most: number) => {
    const given = values[name];
    if (given === undefined) return orElse;
    if (!/^\d+$/.test(given) || Number(given) > most) faults.push(`--${name} is not a number up to ${most}`);
    return Number(given);
  };
  const uploads = number('uploads', 1_000, 1_000_000);
  const kills = number('kills', Math.ceil(uploads / 50), 100_000);
  const parsed = {
    uploads,
    kills,
    seed: number('seed', fallback.seed(), 2 ** 31),
    freezes: Math.ceil(kills / 20),
    losses: Math.ceil(kills / 40),
    harmShare: number('harm', 60, 100) / 100,
    stepPatienceSeconds: 15,
    drainSeconds: 600,
    leaseSeconds: number('lease', 30, 3_600),
    folder: path.resolve(values.logs ?? fallback.folder),
    jsonFile: values.json === undefined ? null : path.resolve(values.json),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return parsed;
}
