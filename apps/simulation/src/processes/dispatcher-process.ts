import { recover } from '@edf-pipeline/dispatcher';
import type { DispatcherDeps } from '@edf-pipeline/dispatcher';
import {
  defaultSqsPollerSettings,
  fillPools,
  handleMessage,
  pollSqs,
  sweep,
} from '@edf-pipeline/dispatcher/steps';
import { createLeaseObserver, relayOutbox } from '@edf-pipeline/ledger';
import { eventsPort, executorPort, ledgerOf, objectPort } from '../ports.ts';
import { BUCKET } from '../services/services.ts';
import type { SimProcess } from '../sim-process.ts';
import type { World } from '../world.ts';
import { poolFor } from './gateway-process.ts';
import { createSimWebhookSender } from './sim-webhook-sender.ts';

/** A dispatcher: it receives object events, admits, sweeps, tells, and watches whether the executor has lost all. */
export function startDispatcher(world: World, process: SimProcess): void {
  const { network, services, settings } = world;
  const ports = { network, services, process, tenant: null };
  const ledger = ledgerOf(ports, settings.ledger);
  const webhooks = settings.endpoints.length > 0 ? createSimWebhookSender(ports, ledger) : undefined;
  const deps: DispatcherDeps = {
    ledger,
    objects: objectPort(ports),
    poolFor,
    queues: { small: executorPort(ports) },
    observer: createLeaseObserver(settings.ledger.leaseSeconds, process.monotonicSeconds),
    logger: process.logger,
    deliver: async (entry) => {
      await webhooks?.tell(entry);
      await network.call(
        { process, service: 'outside', op: 'deliver', isChange: true },
        () => services.history.add({ kind: 'told', at: services.time.now(), id: entry.id }),
        () => new Error('nobody listens'),
      );
    },
    webhooks,
    settings,
  };
  const loop = async (seconds: number, task: () => Promise<unknown>) => {
    for (;;) {
      await task().catch((error: unknown) => process.logger.error('A loop failed; it goes on', { error }));
      await world.pause(process, seconds);
    }
  };
  void loop(settings.admitSeconds, () => fillPools(deps));
  void loop(settings.sweepSeconds, () => sweep(deps));
  void loop(settings.relaySeconds, () => relayOutbox(deps.ledger, deps.deliver));
  watchExecutor(world, process, deps, loop);
  pollSqs({
    client: eventsPort(ports, () => world.pauseFor(process, defaultSqsPollerSettings.waitSeconds)),
    queueUrl: 'events',
    handle: (body, signal) => handleMessage(deps, BUCKET, body, signal),
    logger: process.logger,
    settings: { ...defaultSqsPollerSettings, receivers: 1 },
    pause: (seconds) => process.sleep(seconds),
  });
}

/** As the incarnation watch does: each dispatcher remembers for itself whom it saw last. */
function watchExecutor(
  world: World,
  process: SimProcess,
  deps: DispatcherDeps,
  loop: (seconds: number, task: () => Promise<unknown>) => Promise<void>,
): void {
  const { network, services } = world;
  let remembered: number | null = null;
  void loop(2, async () => {
    const current = await network.call(
      { process, service: 'executor', op: 'incarnation', isChange: false },
      () => services.executor.incarnation(),
      () => new Error('the executor did not answer'),
    );
    const isGone = (ref: string) => ref.startsWith('sim:') && ref.split(':')[1] !== String(current);
    if (remembered !== null && remembered !== current) await recover(deps, isGone);
    remembered = current;
  });
}
