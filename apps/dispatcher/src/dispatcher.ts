import { recoverFromGone, relayOutbox, sweepDue } from '@edf-pipeline/ledger';
import type { AdmissionRounds, DueLane, Row, SweepDeps } from '@edf-pipeline/ledger';
import { repeat } from '@edf-pipeline/service';
import { fillPools } from './admit.ts';
import type { DispatcherDeps } from './deps.ts';
import { checkDispatch } from './dispatch-job.ts';
import { serveAllPools } from './serve-all-pools.ts';

export interface Dispatcher {
  /** Something may have changed: admit and relay now, instead of at the next beat. */
  wake(): void;
  /** Looks for what is due now. */
  wakeSweep(): void;
  stop(): Promise<void>;
}

/** Settings change rarely, and what is overdue must not wait for this. */
const SERVE_ALL_ROUNDS = 10;
/** A tenant whose rows take longer to be read, or to be written, comes again in a later round. */
const TENANT_PATIENCE_MS = 3_000;

/**
 * The dispatcher's loops: admit, sweep what is due (work, and apart from it what the object store may take long for), tell
 * what has happened. Any number of dispatchers may run.
 */
export function startDispatcher(deps: DispatcherDeps): Dispatcher {
  const { logger, settings } = deps;
  const failed = (loop: string) => (error: unknown) =>
    logger.error('A dispatcher loop failed; it goes on', { loop, error });
  const rounds: AdmissionRounds = {
    cameTo: new Map(),
    patience: () => AbortSignal.timeout(TENANT_PATIENCE_MS),
  };
  const admitting = repeat(
    (signal) => fillPools(deps, signal, rounds),
    settings.admitSeconds,
    failed('admit'),
  );
  const sweeping = repeat((signal) => sweep(deps, signal, 'work'), settings.sweepSeconds, failed('sweep'));
  const sweepingObjects = repeat(
    (signal) => sweep(deps, signal, 'objects'),
    settings.sweepSeconds,
    failed('sweep of objects'),
  );
  const servingAll = repeat(
    (signal) => serveAllPools(deps, signal),
    SERVE_ALL_ROUNDS * settings.sweepSeconds,
    failed('pools without executor'),
  );
  const relaying = repeat(
    (signal) => relayOutbox(deps.ledger, deps.deliver, signal),
    settings.relaySeconds,
    failed('relay'),
  );
  admitting.wake();
  sweeping.wake();
  sweepingObjects.wake();
  servingAll.wake();
  return {
    wake() {
      admitting.wake();
      relaying.wake();
    },
    wakeSweep() {
      sweeping.wake();
      sweepingObjects.wake();
    },
    async stop() {
      const loops = [admitting, sweeping, sweepingObjects, servingAll, relaying];
      await Promise.all([...loops.map((loop) => loop.stop()), deps.webhooks?.stop()]);
    },
  };
}

/** One look at all that is due, or at one lane alone; answers how much was due. */
export function sweep(deps: DispatcherDeps, signal?: AbortSignal, lane?: DueLane): Promise<number> {
  return sweepDue(sweepDepsOf(deps), signal, lane);
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
