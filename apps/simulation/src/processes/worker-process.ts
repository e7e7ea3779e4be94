import type { Lease } from '@edf-pipeline/ledger';
import { giveBackLeft, processWork } from '@edf-pipeline/processor';
import type { LeaseNotes, ProcessDeps } from '@edf-pipeline/processor';
import { ledgerOf, objectPort } from '../ports.ts';
import type { Delivery } from '../services/executor-service.ts';
import type { SimProcess } from '../sim-process.ts';
import type { World } from '../world.ts';
import { fakeAnalyse } from './fake-analyse.ts';

export interface WorkerProcess {
  /** SIGTERM: gives back what it has, takes nothing more, and ends. */
  stop(): void;
}

const HEARTBEAT_SECONDS = 10;
const RETRY_SECONDS = 15;
const GRACE_SECONDS = 10;
/** The only worker whose folder outlives it; of the others somebody has to notice that they are silent. */
const KEEPS_NOTES = 'worker-1';

/** A worker with some slots; each takes work, carries it out, and tells the executor. */
export function startWorker(world: World, process: SimProcess): WorkerProcess {
  const { network, services, settings } = world;
  const stopping = new AbortController();
  const leases = process.name === KEEPS_NOTES ? notesIn(world.folderOf(process.name)) : undefined;
  const depsFor = (tenant: string): ProcessDeps => {
    const ports = { network, services, process, tenant };
    const store = objectPort(ports);
    return {
      ledger: ledgerOf(ports, settings.ledger),
      store,
      analyse: fakeAnalyse(process, store, () => world.note(process, 'was killed by a file')),
      owner: process.owner,
      leases,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      maxInflatedBytes: 1e9,
      monotonicSeconds: process.monotonicSeconds,
      logger: process.logger,
      timers: process.timers,
    };
  };
  const tell = (op: string, delivery: Delivery, carryOut: () => void) =>
    network
      .call({ process, service: 'executor', op, isChange: true }, carryOut, () => new Error('no answer'))
      .catch((error: unknown) => {
        process.logger.warn('The executor did not hear', { error });
        services.executor.abandon(delivery);
      });
  const carryOut = async (delivery: Delivery) => {
    try {
      await processWork(depsFor(delivery.work.tenant), delivery.work, stopping.signal);
      await tell('finish', delivery, () => services.executor.finish(delivery));
    } catch (error) {
      process.logger.error('An attempt could not be brought to an end', { error });
      await tell('again', delivery, () => services.executor.again(delivery, RETRY_SECONDS));
    }
  };
  const slot = async () => {
    while (!stopping.signal.aborted) await carryOut(await services.executor.fetch(process));
  };
  const begin = async () => {
    for (const lease of (await leases?.left()) ?? []) {
      const { ledger, logger } = depsFor(lease.tenant);
      await giveBackLeft({ ledger, logger, leases: { ...leases!, left: async () => [lease] } });
    }
    for (let index = 0; index < settings.slotsPerWorker; index++) void slot();
  };
  void begin();
  return {
    stop() {
      stopping.abort(new Error('SIGTERM'));
      process.timers.start(() => process.kill(), GRACE_SECONDS * 1000);
    },
  };
}

/** Notes that are written in no time: a process dies before one, or after it. */
function notesIn(folder: Map<string, Lease>): LeaseNotes {
  const nameOf = ({ jobId, range }: Lease) => `${jobId}.${range}`;
  return {
    keep: async (lease) => void folder.set(nameOf(lease), lease),
    drop: async (lease) => void folder.delete(nameOf(lease)),
    left: async () => [...folder.values()],
  };
}
