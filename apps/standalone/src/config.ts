import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, integerText, loadConfig, webhookShape } from '@edf-pipeline/service';
import { z } from 'zod';

const flag = z
  .enum(['true', 'false', '1', '0'], 'is neither true nor false')
  .transform((text) => text === 'true' || text === '1');

/** The environment of the standalone server; each variable says what it is for. */
export const standaloneSchema = z
  .object({
    EDF_PORT: integerText({ min: 0, max: 65_535, fallback: 8080 }).meta({
      description: 'port to listen at, on this machine only; 0: any free one',
    }),
    EDF_DATA: z.string().min(1).optional().meta({
      description: 'folder of everything that is kept',
      shownDefault: 'data in the working directory',
    }),
    EDF_OPEN: flag.default(false).meta({ description: 'whether to open a browser' }),
    EDF_SAMPLE: flag
      .default(true)
      .meta({ description: 'whether to process a generated recording at the first start' }),
    EDF_LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('warn')
      .meta({ description: 'what is logged at least' }),
    EDF_WORKERS: integerText({
      min: 1,
      max: 64,
      fallback: Math.min(4, Math.max(1, os.availableParallelism())),
    }).meta({ description: 'threads that analyse', shownDefault: 'processors of the machine, at most 4' }),
    EDF_WORKER_HEAP_MB: integerText({ min: 64, max: 65_536, fallback: 512 }).meta({
      description: 'heap of each of them',
    }),
    EDF_LEASE_SECONDS: integerText({ min: 1, max: 3_600, fallback: 30 }).meta({
      description: 'how long a worker may be silent before its job is taken from it',
    }),
    EDF_HEARTBEAT_SECONDS: integerText({ min: 1, max: 600, fallback: 2 }).meta({
      description: 'how often a worker says that it is at work; at most half of EDF_LEASE_SECONDS',
    }),
    EDF_SWEEP_SECONDS: integerText({ min: 1, max: 600, fallback: 5 }).meta({
      description: 'how often what is due is looked at',
    }),
    EDF_MAX_FILE_BYTES: integerText({ min: 1, max: Number.MAX_SAFE_INTEGER, fallback: 64 * 1024 ** 3 }).meta({
      description: 'largest recording that is taken',
    }),
    EDF_FREE_BYTES_RESERVE: integerText({
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 64 * 1024 ** 2,
    }).meta({ description: 'what must stay free on the disk: uploads are refused before that' }),
    // Programs on this machine may be told without https: it is its user's own.
    EDF_WEBHOOK_TRUSTED_ORIGINS: webhookShape.EDF_WEBHOOK_TRUSTED_ORIGINS.default([
      'http://127.0.0.1:*',
    ]).meta({
      description:
        'origins that webhooks may lead to though they are internal or without https; `:*` for every port',
    }),
    XDG_STATE_HOME: z.string().min(1).optional().meta({
      description: 'where the command line looks for running instances, in edf-pipeline',
      shownDefault: '~/.local/state',
    }),
  })
  .refine(
    ({ EDF_LEASE_SECONDS, EDF_HEARTBEAT_SECONDS }) => EDF_HEARTBEAT_SECONDS * 2 <= EDF_LEASE_SECONDS + 1,
    {
      path: ['EDF_HEARTBEAT_SECONDS'],
      message: 'is more than half of EDF_LEASE_SECONDS: one late heartbeat would lose a lease',
    },
  );

export interface StandaloneConfig {
  /** 0: any free port. */
  readonly port: number;
  readonly dataFolder: string;
  readonly isOpened: boolean;
  readonly isSampleWanted: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly workers: number;
  readonly workerHeapMegabytes: number;
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  readonly sweepSeconds: number;
  readonly maxFileBytes: number;
  readonly freeBytesReserve: number;
  /** Where webhooks may lead besides the public internet. */
  readonly webhookTrustedOrigins: readonly string[];
  /** Where the command line looks for running instances. */
  readonly stateFolder: string;
}

/**
 * Flags before environment before defaults.
 *
 * @param argv arguments after the script's name
 * @throws ConfigError naming every fault
 */
export function readConfig(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): StandaloneConfig {
  const values = loadConfig(standaloneSchema, { ...env, ...flagsOf(argv) });
  return {
    port: values.EDF_PORT,
    dataFolder: path.resolve(values.EDF_DATA ?? 'data'),
    isOpened: values.EDF_OPEN,
    isSampleWanted: values.EDF_SAMPLE,
    logLevel: values.EDF_LOG_LEVEL,
    workers: values.EDF_WORKERS,
    workerHeapMegabytes: values.EDF_WORKER_HEAP_MB,
    leaseSeconds: values.EDF_LEASE_SECONDS,
    heartbeatSeconds: values.EDF_HEARTBEAT_SECONDS,
    sweepSeconds: values.EDF_SWEEP_SECONDS,
    maxFileBytes: values.EDF_MAX_FILE_BYTES,
    freeBytesReserve: values.EDF_FREE_BYTES_RESERVE,
    webhookTrustedOrigins: values.EDF_WEBHOOK_TRUSTED_ORIGINS,
    stateFolder: path.join(
      values.XDG_STATE_HOME ?? path.join(os.homedir(), '.local', 'state'),
      'edf-pipeline',
    ),
  };
}

function flagsOf(argv: readonly string[]): Record<string, string> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        open: { type: 'boolean' },
        'no-sample': { type: 'boolean' },
      },
    });
    return {
      ...(values.port !== undefined && { EDF_PORT: values.port }),
      ...(values.data !== undefined && { EDF_DATA: values.data }),
      ...(values.open && { EDF_OPEN: 'true' }),
      ...(values['no-sample'] && { EDF_SAMPLE: 'false' }),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`${reason}. Known: --port NUMBER, --data FOLDER, --open, --no-sample`]);
  }
}
