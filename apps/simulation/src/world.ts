import type { WebhookEventType } from '@edf-pipeline/contracts';
import type { JobRow, Lease, LedgerSettings, LedgerStore, Row } from '@edf-pipeline/ledger';
import { createWebhook, writePolicy } from '@edf-pipeline/ledger';
import type { History, ItemChange } from './history.ts';
import type { FateOf, Network } from './network.ts';
import { createNetwork } from './network.ts';
import type { GatewayProcess } from './processes/gateway-process.ts';
import { startGateway } from './processes/gateway-process.ts';
import { startDispatcher } from './processes/dispatcher-process.ts';
import type { WorkerProcess } from './processes/worker-process.ts';
import { startWorker } from './processes/worker-process.ts';
import type { Random } from './random.ts';
import type { ExecutorSettings } from './services/executor-service.ts';
import { storeOf } from './services/ledger-service.ts';
import type { Services } from './services/services.ts';
import { createServices } from './services/services.ts';
import type { LogLine, SimProcess, WallClock } from './sim-process.ts';
import { WORLD_BEGIN, createProcess } from './sim-process.ts';
import { createHistory } from './history.ts';
import type { VirtualTime } from './virtual-time.ts';
import { createVirtualTime } from './virtual-time.ts';

export interface WorldSettings {
  readonly ledger: LedgerSettings;
  readonly executor: ExecutorSettings;
  readonly admitSeconds: number;
  readonly sweepSeconds: number;
  readonly relaySeconds: number;
  readonly slotsPerWorker: number;
  readonly processes: { readonly gateways: number; readonly dispatchers: number; readonly workers: number };
  /** How many jobs of a tenant may be in hand. */
  readonly limits: Readonly<Record<string, number>>;
  /** Where tenants want to be told of events, from the beginning. Without any, no dispatcher knows of webhooks. */
  readonly endpoints: readonly WebhookEndpoint[];
}

export interface WebhookEndpoint {
  readonly tenant: string;
  readonly id: string;
  readonly events: readonly WebhookEventType[];
}

export interface WorldOptions {
  readonly random: Random;
  readonly settings: WorldSettings;
  readonly fateOf: (world: World) => FateOf;
  readonly indexLagMs: () => number;
  readonly notifyAfterMs: () => readonly number[];
  /** How long it takes until a process that died is started again. */
  readonly restartSeconds: () => number;
  readonly wallOf: (name: string) => WallClock;
}

/** Services, processes and people, all on one clock. */
export interface World {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly history: History;
  readonly services: Services;
  readonly network: Network;
  readonly settings: WorldSettings;
  readonly log: LogLine[];
  /** While this holds, loops keep their beat; afterwards they sleep until something is due. */
  isBusy: boolean;
  /** Processes that live now, by name. */
  readonly living: ReadonlyMap<string, Life>;
  readonly walls: ReadonlyMap<string, WallClock>;
  gateways(): GatewayProcess[];
  /** Somebody outside the product, who is never killed. */
  person(name: string): SimProcess;
  /** Outlives the process of this name. */
  folderOf(name: string): Map<string, Lease>;
  /** The beat of a loop; it sleeps through the time in which there is nothing to do. */
  pause(process: SimProcess, seconds: number): Promise<void>;
  pauseFor(process: SimProcess, seconds: number): number;
  note(process: SimProcess, what: string): void;
  /** Nothing is under way: what remains waits for its time, or has ended. */
  isQuiet(): boolean;
  /** Starts everything, as a deployment does. */
  start(): Promise<void>;
}

export interface Life {
  readonly process: SimProcess;
  readonly gateway?: GatewayProcess;
  readonly worker?: WorkerProcess;
}

/** A pause may be longer than this only in the mind of a process whose clock is behind. */
const LONGEST_PAUSE_SECONDS = 7_200;

export function createWorld(options: WorldOptions): World {
  const { random, settings } = options;
  const time = createVirtualTime();
  const history = createHistory();
  const underWay = createUnderWay();
  const services = createServices({
    time,
    history: {
      ...history,
      add: (effect) => {
        history.add(effect);
        if (effect.kind !== 'write') return;
        underWay.see(effect.changes);
        if (!underWay.isEmpty()) wakeSleepers();
      },
    },
    random,
    executor: settings.executor,
    indexLagMs: options.indexLagMs,
    notifyAfterMs: options.notifyAfterMs,
  });
  const living = new Map<string, Life>();
  const walls = new Map<string, WallClock>();
  const folders = new Map<string, Map<string, Lease>>();
  const log: LogLine[] = [];

  const newProcess = (name: string, life: number) =>
    createProcess({
      name,
      life,
      time,
      wall: walls.get(name)!,
      random: random.fork(),
      log: (line) => void log.push(line),
    });

  const launch = (name: string, life: number, begin: (process: SimProcess) => Omit<Life, 'process'>) => {
    const process = newProcess(name, life);
    world.note(process, 'starts');
    living.set(name, { process, ...begin(process) });
    process.onDeath(() => {
      world.note(process, 'dies');
      living.delete(name);
      time.after(options.restartSeconds() * 1000, () => launch(name, life + 1, begin));
    });
  };
  const launchAll = (role: string, count: number, begin: (process: SimProcess) => Omit<Life, 'process'>) => {
    for (let index = 1; index <= count; index++) {
      const name = `${role}-${index}`;
      walls.set(name, options.wallOf(name));
      launch(name, 1, begin);
    }
  };

  let sleepers: (() => void)[] = [];
  const wakeSleepers = () => {
    const woken = sleepers;
    sleepers = [];
    for (const wake of woken) wake();
  };

  const world: World = {
    time,
    random,
    history,
    services,
    network: { call: (...args) => network.call(...args) },
    settings,
    log,
    isBusy: true,
    living,
    walls,
    gateways: () => [...living.values()].flatMap(({ gateway }) => gateway ?? []),
    person(name) {
      walls.set(name, { offsetSeconds: 0, drift: 0 });
      return newProcess(name, 1);
    },
    folderOf(name) {
      const folder = folders.get(name) ?? new Map<string, Lease>();
      folders.set(name, folder);
      return folder;
    },
    pause(process, seconds) {
      const longer = world.pauseFor(process, seconds);
      if (longer <= seconds) return process.sleep(seconds);
      return new Promise((resolve) => {
        const timer = time.after(longer * 1000, () => process.resume(resolve));
        sleepers.push(() => {
          timer.cancel();
          time.after(seconds * 1000, () => process.resume(resolve));
        });
      });
    },
    pauseFor(process, seconds) {
      if (world.isBusy || !world.isQuiet()) return seconds;
      const due = services.ledger.nextDue();
      const left =
        due === null ? Infinity : (Date.parse(due.slice(0, 24)) - process.clock().getTime()) / 1000;
      return Math.min(Math.max(seconds, left + 0.001), LONGEST_PAUSE_SECONDS);
    },
    note: (process, what) => history.add({ kind: 'other', at: time.now(), by: process.owner, what }),
    isQuiet: () => underWay.isEmpty() && services.events.size() === 0 && services.executor.isEmpty(),
    async start() {
      const setUp: LedgerStore = storeOf(services.ledger);
      const ledger = {
        store: setUp,
        settings: settings.ledger,
        clock: () => new Date(WORLD_BEGIN),
        newId: () => 'set-up',
        random: () => 0,
      };
      for (const [tenant, maxRunningJobs] of Object.entries(settings.limits))
        await writePolicy(ledger, tenant, { maxRunningJobs });
      for (const endpoint of settings.endpoints)
        await createWebhook(ledger, {
          ...endpoint,
          url: 'https://hooks.example.org/',
          sealedSecret: 'sealed',
        });
      const { gateways, dispatchers, workers } = settings.processes;
      launchAll('gateway', gateways, (process) => ({ gateway: startGateway(world, process) }));
      launchAll('dispatcher', dispatchers, (process) => (startDispatcher(world, process), {}));
      launchAll('worker', workers, (process) => ({ worker: startWorker(world, process) }));
    },
  };
  const network = createNetwork(time, options.fateOf(world));
  return world;
}

/** What somebody has to act on soon: jobs that have not ended, and news that nobody has been told. */
function createUnderWay() {
  const names = new Set<string>();
  const isUnderWay = (row: Row) => row.kind === 'outbox' || (row.kind === 'job' && isInHand(row));
  return {
    see(changes: readonly ItemChange[]) {
      for (const { before, after } of changes) {
        const item = after ?? before;
        if (!item) continue;
        const name = `${item.pk} ${item.sk}`;
        if (after && isUnderWay(after.data as Row)) names.add(name);
        else names.delete(name);
      }
    },
    isEmpty: () => names.size === 0,
  };
}

const isInHand = ({ phase }: JobRow) => phase !== 'done' && phase !== 'retry_wait';
