import type { Logger } from '@edf-pipeline/service';
import type { Timers } from '@edf-pipeline/processor';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A process of the product, from its start to its death. What it started ends with it: its ports never answer again. */
export interface SimProcess {
  /** Stays the same when it is started again. */
  readonly name: string;
  /** Names this life of it. */
  readonly owner: string;
  readonly random: Random;
  readonly logger: Logger;
  readonly timers: Timers;
  /** What this process believes the time is. */
  clock(): Date;
  monotonicSeconds(): number;
  /** A ULID by this process's clock. */
  newId(): string;
  isAlive(): boolean;
  /** Stopped by the kernel: nothing of it runs, and it does not know. */
  isFrozen(): boolean;
  /** Since when it can do nothing, in true milliseconds; null while it can. */
  silentSince(): number | null;
  sleep(seconds: number): Promise<void>;
  /** Runs `run` as a part of this process: at once, when it thaws, or never. */
  resume(run: () => void): void;
  kill(): void;
  freeze(seconds: number): void;
  onDeath(listener: () => void): void;
}

/** A clock of the wall: how far it is off, and how fast it runs away. It may be set while its process runs. */
export interface WallClock {
  offsetSeconds: number;
  /** Seconds gained in a second. */
  drift: number;
}

export interface LogLine {
  readonly by: string;
  readonly level: string;
  readonly sentence: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export interface ProcessOptions {
  readonly name: string;
  readonly life: number;
  readonly time: VirtualTime;
  readonly wall: WallClock;
  readonly random: Random;
  readonly log: (line: LogLine) => void;
}

/** When every simulated world begins. */
export const WORLD_BEGIN = Date.parse('2026-03-01T12:00:00.000Z');

export function createProcess(options: ProcessOptions): SimProcess {
  const { name, life, time, wall, random } = options;
  const owner = `${name}.${life}`;
  const listeners: (() => void)[] = [];
  let diedAt: number | null = null;
  let frozenSince = 0;
  let frozenUntil = 0;
  const isFrozen = () => time.now() < frozenUntil;
  const clock = () => {
    const since = time.now();
    return new Date(WORLD_BEGIN + since + wall.offsetSeconds * 1000 + Math.floor(since * wall.drift));
  };

  const process: SimProcess = {
    name,
    owner,
    random,
    logger: createSimLogger(owner, options.log),
    timers: {
      start: (run, milliseconds) => time.after(milliseconds, () => process.resume(run)),
      stop: (timer) => (timer as { cancel(): void } | undefined)?.cancel(),
    },
    clock,
    monotonicSeconds: () => time.now() / 1000,
    newId: createIds(clock, random.fork()),
    isAlive: () => diedAt === null,
    isFrozen,
    silentSince: () => diedAt ?? (isFrozen() ? frozenSince : null),
    sleep: (seconds) => new Promise((resolve) => time.after(seconds * 1000, () => process.resume(resolve))),
    resume(run) {
      if (diedAt !== null) return;
      if (isFrozen()) time.after(frozenUntil - time.now(), () => process.resume(run));
      else run();
    },
    kill() {
      if (diedAt !== null) return;
      diedAt = time.now();
      for (const listener of listeners) listener();
    },
    freeze(seconds) {
      if (!isFrozen()) frozenSince = time.now();
      frozenUntil = Math.max(frozenUntil, time.now() + seconds * 1000);
    },
    onDeath: (listener) => void listeners.push(listener),
  };
  return process;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** ULIDs whose random part comes from the run's seed. Source: github.com/ulid/spec. */
function createIds(clock: () => Date, random: Random): () => string {
  return () => {
    let rest = clock().getTime();
    let time = '';
    for (let digit = 0; digit < 10; digit++) {
      time = ALPHABET[rest % 32]! + time;
      rest = Math.floor(rest / 32);
    }
    let tail = '';
    for (let digit = 0; digit < 16; digit++) tail += ALPHABET[Math.floor(random.next() * 32)];
    return time + tail;
  };
}

function createSimLogger(by: string, log: (line: LogLine) => void): Logger {
  const at = (level: string) => (sentence: string, fields?: Readonly<Record<string, unknown>>) =>
    log({ by, level, sentence, fields });
  const logger: Logger = {
    debug: () => undefined,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  };
  return logger;
}
