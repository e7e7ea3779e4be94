import os from 'node:os';
import path from 'node:path';

const { env } = process;

/** Size of each generated recording. */
export const megabytes = Number(env.EDF_BENCH_MEGABYTES ?? 1000);
/** Interleaved rounds; the table has their medians. */
export const rounds = Number(env.EDF_BENCH_ROUNDS ?? 7);
/** Rows to run; all without it. */
export const only = env.EDF_BENCH_ROWS?.split(',');
/** Where peers are installed, outside the repository. */
export const cacheFolder = path.join(env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'edf-pipeline');
