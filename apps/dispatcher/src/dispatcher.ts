import { recoverFromGone, relayOutbox, sweepDue } from '@edf-pipeline/ledger';
import type { Row, SweepDeps } from '@edf-pipeline/ledger';
import { repeat } from '@edf-pipeline/service';
import { fillPools } from './admit.ts';
import type { DispatcherDeps } from './deps.ts';
import { checkDispatch } from './dispatch-job.ts';

export interface Dispatcher {
  /** Something may have changed: admit and relay now, instead of at the next beat. */
  wake(): void;
  /** Looks for what is due now. */
  wakeSweep(): void;
  stop(): Promise<void>;
}

/** The dispatcher's three loops: admit, sweep what is due, tell what has happened. Any number of dispatchers may run. */
export function startDispatcher(deps: DispatcherDeps): Dispatcher {
  const { logger, settings } = deps;
  const failed = (loop: string) => (error: unknown) =>
    logger.error('A dispatcher loop failed; it goes on', { loop, error });
  const admitting = repeat((signal) => fillPools(deps, signal), settings.admitSeconds, failed('admit'));
  const sweeping = repeat((signal) => sweep(deps, signal), settings.sweepSeconds, failed('sweep'));
  const relaying = repeat(
    (signal) => relayOutbox(deps.ledger, deps.deliver, signal),
    settings.relaySeconds,
    failed('relay'),
  );
  admitting.wake();
  sweeping.wake();
  return {
    wake() {
      admitting.wake();
      relaying.wake();
    },
    wakeSweep: sweeping.wake,
    async stop() {
      await Promise.all([admitting.stop(), sweeping.stop(), relaying.stop(), deps.webhooks?.stop()]);
    },
  };
}

/** One look at all that is due; answers how much there was. */
export function sweep(deps: DispatcherDeps, signal?: AbortSignal): Promise<number> {
  return sweepDue(sweepDepsOf(deps), signal);
}

/** Takes back at once what processes of this deployment that are known to be gone had in hand. */
export function recover(
  deps: DispatcherDeps,
  isGone: (ownerOrExecutor: string) => boolean,
  signal?: AbortSignal,
): Promise<number> {
  return recoverFromGone(sweepDepsOf(deps), isGone, signal);
}

function sweepDepsOf(deps: DispatcherDeps): SweepDeps {
  return {
    ...deps,
    checkDispatch: (job, signal) => checkDispatch(deps, job, signal),
    sendDelivery: async (delivery) => deps.webhooks?.offer(delivery),
    onError: (error: unknown, row: Row) =>
      deps.logger.warn('A row that was due could not be dealt with; it stays due', {
        kind: row.kind,
        ...('id' in row && { id: row.id }),
        error,
      }),
  };
}
