import { setTimeout as delay } from 'node:timers/promises';
import type { RedisTrouble, RedisTroubleKind } from './redis-trouble.ts';
import { between, oneOf } from '@edf-pipeline/service/seeded-random';
import type { Kill, SupervisedProcess } from './supervised-process.ts';

export interface DisturbOptions {
  readonly random: () => number;
  readonly processes: readonly SupervisedProcess[];
  readonly redis: RedisTrouble;
  readonly kills: number;
  readonly troubles: Readonly<Record<RedisTroubleKind, number>>;
  /** Filled as it goes. */
  readonly log: Kill[];
  /** Before each step: work has to be under way. */
  readonly beforeStep: (share: number) => Promise<void>;
  readonly say: (line: string) => void;
}

const SHORTEST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3_500;
/** Workers die more often than what stands before them, as in a cluster that grows and shrinks. */
const KIND_SHARES = { processor: 0.6, gateway: 0.2, dispatcher: 0.2 };
/** Some are killed again while they start. */
const AT_ONCE_SHARE = 0.2;

/** Kills processes and troubles Redis, one step after the other, in an order that the seed decides. */
export async function disturb(options: DisturbOptions): Promise<void> {
  const { random, processes, redis, say } = options;
  const steps: (RedisTroubleKind | 'kill')[] = Array.from({ length: options.kills }, () => 'kill');
  for (const [kind, times] of Object.entries(options.troubles) as [RedisTroubleKind, number][])
    for (let time = 0; time < times; time++) steps.splice(Math.floor(random() * steps.length), 0, kind);

  let last: SupervisedProcess | null = null;
  for (const [index, step] of steps.entries()) {
    await options.beforeStep(index / steps.length);
    if (step !== 'kill') {
      const seconds = step === 'freeze' ? between(random, 3, 25) : between(random, 0.2, 4);
      say(
        `${index + 1}/${steps.length} Redis: ${step}${step === 'flush' ? '' : ` for ${seconds.toFixed(1)} s`}`,
      );
      await redis.bring(step, seconds);
      continue;
    }
    const isAtOnce: boolean = last !== null && random() < AT_ONCE_SHARE;
    await delay(isAtOnce ? between(random, 0, 700) : between(random, SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS));
    const target: SupervisedProcess = isAtOnce && last ? last : choose(random, processes);
    const kill = await target.kill(between(random, 0, 1_500));
    options.log.push(kill);
    last = target;
    say(`${index + 1}/${steps.length} SIGKILL ${kill.name}${kill.wasStarting ? ' while it starts' : ''}`);
  }
}

function choose(random: () => number, processes: readonly SupervisedProcess[]): SupervisedProcess {
  const lot = random();
  const { processor, gateway } = KIND_SHARES;
  const kind = lot < processor ? 'processor' : lot < processor + gateway ? 'gateway' : 'dispatcher';
  return oneOf(
    random,
    processes.filter(({ name }) => name.startsWith(kind)),
  );
}
