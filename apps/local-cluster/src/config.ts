import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '@edf-pipeline/service';

export interface ClusterArguments {
  readonly port: number;
  readonly gateways: number;
  readonly dispatchers: number;
  readonly processors: number;
  readonly folder: string;
}

/** @throws ConfigError naming every fault */
export function readArguments(argv: readonly string[]): ClusterArguments {
  const text = { type: 'string' } as const;
  const options = { port: text, gateways: text, dispatchers: text, processors: text, logs: text };
  const values = (() => {
    try {
      return parseArgs({ args: [...argv], options }).values;
    } catch (error) {
      throw new ConfigError([
        `${error instanceof Error ? error.message : String(error)}. Known: --port, --gateways, --dispatchers, --processors (numbers), --logs (a folder)`,
      ]);
    }
  })();
  const faults: string[] = [];
  const number = (
    name: 'port' | 'gateways' | 'dispatchers' | 'processors',
    fallback: number,
    max: number,
  ) => {
    const given = values[name];
    if (given !== undefined && (!/^\d+$/.test(given) || Number(given) > max))
      faults.push(`--${name} is not a number up to ${max}`);
    return given === undefined ? fallback : Number(given);
  };
  const parsed = {
    port: number('port', 8080, 65_535),
    gateways: number('gateways', 2, 16),
    dispatchers: number('dispatchers', 2, 16),
    processors: number('processors', 2, 16),
    folder: path.resolve(values.logs ?? path.join(os.tmpdir(), `edf-pipeline-cluster-${process.pid}`)),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return parsed;
}
