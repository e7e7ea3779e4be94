import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '@edf-pipeline/service';
import type { StandInAddresses } from './local-cluster.ts';

export interface ClusterArguments {
  readonly port: number;
  readonly gateways: number;
  readonly dispatchers: number;
  readonly processors: number;
  readonly folder: string;
  /** Servers that run already; null: the cluster starts its own. */
  readonly standIns: StandInAddresses | null;
}

/** @throws ConfigError naming every fault */
export function readArguments(argv: readonly string[]): ClusterArguments {
  const text = { type: 'string' } as const;
  const options = {
    port: text,
    gateways: text,
    dispatchers: text,
    processors: text,
    logs: text,
    ministack: text,
    dynamodb: text,
    redis: text,
  };
  const values = (() => {
    try {
      return parseArgs({ args: [...argv], options }).values;
    } catch (error) {
      throw new ConfigError([
        `${error instanceof Error ? error.message : String(error)}. Known: --port, --gateways, --dispatchers, --processors (numbers), --logs (a folder), --ministack, --dynamodb, --redis (addresses of servers that run already)`,
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
  const addresses = addressesIn(values, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return { ...parsed, standIns: addresses };
}

function addressesIn(
  { ministack, dynamodb, redis }: { ministack?: string; dynamodb?: string; redis?: string },
  faults: string[],
): StandInAddresses | null {
  if (ministack === undefined && dynamodb === undefined && redis === undefined) return null;
  const address = (name: string, given: string | undefined, protocol: string) => {
    if (given === undefined)
      faults.push(`--${name} is missing: all servers run already, or none, and are started here`);
    else if (!URL.canParse(given) || new URL(given).protocol !== protocol)
      faults.push(`--${name} is no address that begins with ${protocol}//`);
    return given ?? '';
  };
  return {
    ministack: { endpoint: address('ministack', ministack, 'http:') },
    dynamodb: { endpoint: address('dynamodb', dynamodb, 'http:') },
    redis: { url: address('redis', redis, 'redis:') },
  };
}
