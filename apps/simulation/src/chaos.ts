import type { Call, Fate, FateOf } from './network.ts';
import { undisturbed } from './network.ts';
import type { Random } from './random.ts';
import { notificationOf } from './services/services.ts';
import type { WallClock } from './sim-process.ts';
import type { World } from './world.ts';

/** Shares of calls that go wrong, and how often what happens in one run. */
export interface ChaosSettings {
  readonly seconds: number;
  readonly refused: number;
  readonly lost: number;
  readonly answerLost: number;
  readonly late: number;
  /** Of the changes that a worker or a dispatcher sends off: stopped right then, for longer than a lease mostly. */
  readonly frozenAtChange: number;
  readonly kills: readonly [number, number];
  readonly freezes: readonly [number, number];
  readonly stops: readonly [number, number];
  readonly clockJumps: readonly [number, number];
  readonly flushes: readonly [number, number];
  readonly executorFreezes: readonly [number, number];
  readonly cuts: readonly [number, number];
  readonly throttles: readonly [number, number];
  /** Of runs in which one process is an hour off. */
  readonly hourOff: number;
}

export const chaosSettings: ChaosSettings = {
  seconds: 420,
  refused: 0.01,
  lost: 0.008,
  answerLost: 0.012,
  late: 0.005,
  frozenAtChange: 0.003,
  kills: [4, 10],
  freezes: [0, 3],
  stops: [0, 2],
  clockJumps: [0, 2],
  flushes: [0, 1],
  executorFreezes: [0, 2],
  cuts: [0, 2],
  throttles: [0, 2],
  hourOff: 0.5,
};

/** What goes wrong in one run. It ends at `settings.seconds`. */
export interface Chaos {
  readonly fateOf: FateOf;
  readonly indexLagMs: () => number;
  readonly notifyAfterMs: () => readonly number[];
  readonly restartSeconds: () => number;
  readonly wallOf: (name: string) => WallClock;
  /** Lets everything that has a time happen at its time. */
  unleash(world: World): void;
}

const PROCESSES = [
  'gateway-1',
  'gateway-2',
  'dispatcher-1',
  'dispatcher-2',
  'worker-1',
  'worker-2',
  'worker-3',
];

export function createChaos(random: Random, settings: ChaosSettings): Chaos {
  const hourOff = random.chance(settings.hourOff) ? random.pick(PROCESSES) : null;
  const calls = random.fork();
  const cuts = new Map<string, { service: string; until: number }>();
  let throttledUntil = 0;
  let isOver = false;
  let now = () => 0;
  let isExecutorFrozen = () => false;

  const isCut = ({ process, service }: Call) => {
    const cut = cuts.get(process.name);
    return cut !== undefined && cut.service === service && now() < cut.until;
  };
  const fateOf = (call: Call): Fate => {
    // A change takes a moment on its way, so that others can come between.
    const requestMs = call.isChange ? 2 + Math.floor(calls.next() * 30) : 0;
    const calm: Fate = { ...undisturbed, requestMs };
    if (isOver) return calm;
    const lateMs = calls.next() * 20_000;
    const isStopped = call.isChange && isOfProduct(call) && calls.chance(settings.frozenAtChange);
    const usual = isStopped ? { ...calm, freezeSeconds: 10 + calls.next() * 90 } : calm;
    if (call.service === 'executor' && isExecutorFrozen())
      return { ...usual, outcome: call.isChange ? 'late' : 'lost', lateMs };
    if (isCut(call)) return { ...usual, outcome: 'lost' };
    if (call.service === 'ledger' && now() < throttledUntil && calls.chance(0.4))
      return { ...usual, outcome: 'refused' };
    const draw = calls.next();
    const { refused, lost, answerLost, late } = settings;
    if (draw < refused) return { ...usual, outcome: 'refused' };
    if (draw < refused + lost) return { ...usual, outcome: 'lost' };
    if (draw < refused + lost + answerLost && call.isChange) return { ...usual, outcome: 'answer-lost' };
    if (draw < refused + lost + answerLost + late && call.isChange)
      return { ...usual, outcome: 'late', lateMs };
    return usual;
  };

  return {
    fateOf,
    indexLagMs: () => (isOver || !calls.chance(0.15) ? 0 : calls.next() ** 3 * 10_000),
    notifyAfterMs: () => drawNotifications(calls, isOver),
    restartSeconds: () => 1 + calls.next() * 12,
    wallOf: (name) => ({
      offsetSeconds: name === hourOff ? random.pick([-3600, 3600]) : random.next() * 2 - 1,
      drift: (random.next() - 0.5) * 2e-4,
    }),
    unleash(world) {
      now = () => world.time.now();
      const { executor } = world.services;
      isExecutorFrozen = executor.isFrozen;
      const times = ([min, max]: readonly [number, number], happen: () => void) => {
        for (let count = random.between(min, max); count > 0; count--)
          world.time.after(random.next() * settings.seconds * 1000, happen);
      };
      const life = () => world.living.get(random.pick(PROCESSES));
      const tell = (what: string) => world.history.add({ kind: 'other', at: now(), by: 'chaos', what });
      times(settings.kills, () => life()?.process.kill());
      times(settings.freezes, () => {
        const process = life()?.process;
        if (!process) return;
        world.note(process, 'freezes');
        process.freeze(5 + random.next() * 90);
      });
      times(settings.stops, () => world.living.get(`worker-${random.between(1, 3)}`)?.worker?.stop());
      times(settings.clockJumps, () => {
        const wall = world.walls.get(random.pick(PROCESSES));
        if (wall) wall.offsetSeconds += random.pick([-300, -30, 30, 300]);
      });
      times(settings.flushes, () => {
        tell('flushes the executor');
        executor.flush();
      });
      times(settings.executorFreezes, () => {
        tell('freezes the executor');
        executor.freeze(5 + random.next() * 85);
      });
      times(settings.cuts, () => {
        const name = random.pick(PROCESSES);
        const service = random.pick(['ledger', 'objects', 'executor', 'events']);
        tell(`cuts ${name} from ${service}`);
        cuts.set(name, { service, until: now() + (5 + random.next() * 55) * 1000 });
      });
      times(settings.throttles, () => {
        throttledUntil = now() + 15_000;
      });
      times([0, 3], () => world.services.events.send(drawStrangeMessage(random)));
      world.time.after(settings.seconds * 1000, () => {
        isOver = true;
        world.isBusy = false;
        tell('is over');
      });
    },
  };
}

const isOfProduct = ({ process }: Call) => /^(worker|dispatcher)-/.test(process.name);

/** Lost now and then, mostly soon, sometimes late or twice. */
function drawNotifications(random: Random, isOver: boolean): number[] {
  if (isOver) return [10];
  if (random.chance(0.06)) return [];
  const delay = () => (random.chance(0.2) ? random.next() * 120_000 : random.next() * 1_500);
  return random.chance(0.12) ? [delay(), delay()] : [delay()];
}

function drawStrangeMessage(random: Random): string {
  const upload = 'upl_01ARZ3NDEKTSV4RRFFQ69G5FAV';
  return random.pick([
    JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'recordings' }),
    notificationOf(`source/acme/${upload}/source.edf`, 'v', 'somebody-elses-bucket'),
    notificationOf(`source/acme/${upload}/source.edf`, 'v'),
    notificationOf('source/../../etc', 'v'),
    '{"Records":[{"eventSource":"aws:s3"}]}',
  ]);
}
