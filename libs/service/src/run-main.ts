import { ConfigError } from './config.ts';
import type { Logger } from './logger.ts';
import type { ShutdownPhase } from './shutdown.ts';
import { runShutdown, untilAskedToStop } from './shutdown.ts';

/** What has been started: how to end it, and where to say so. */
export interface Started {
  readonly logger: Logger;
  readonly phases: readonly ShutdownPhase[];
}

/**
 * The life of a process: start, wait for SIGTERM or SIGINT, run the phases of the end. Exit status 0 after a clean
 * end, 1 after one that was cut short, 2 when it could not start.
 *
 * @param start its signal aborts when the process is asked to stop before it is up
 */
export async function runMain(
  process: NodeJS.Process,
  start: (signal: AbortSignal) => Promise<Started>,
): Promise<void> {
  const starting = new AbortController();
  const stopping = untilAskedToStop(process);
  void stopping.then(() => starting.abort(new Error('asked to stop')));
  try {
    const { logger, phases } = await start(starting.signal);
    await stopping;
    process.exit((await runShutdown(phases, logger)) ? 0 : 1);
  } catch (error) {
    if (starting.signal.aborted) process.exit(0);
    const isStack = error instanceof Error && !(error instanceof ConfigError);
    const said = isStack ? error.stack : error instanceof Error ? error.message : String(error);
    process.stderr.write(`${said}\n`);
    process.exit(2);
  }
}
