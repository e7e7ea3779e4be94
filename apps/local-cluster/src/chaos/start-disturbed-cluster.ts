import type { LocalCluster } from '../local-cluster.ts';
import { startLocalCluster } from '../local-cluster.ts';
import type { TcpFaultProxy } from '../tcp-fault-proxy.ts';
import { startTcpFaultProxy } from '../tcp-fault-proxy.ts';
import { createWeather } from './connection-weather.ts';
import type { RedisTrouble } from './redis-trouble.ts';
import { createRedisTrouble } from './redis-trouble.ts';
import type { RightInstant } from './right-instant.ts';
import { createRightInstant } from './right-instant.ts';
import type { ChaosOptions } from './run-chaos.ts';
import { oneOf, seededRandom } from '@edf-pipeline/service/seeded-random';
import type { SupervisedProcess } from './supervised-process.ts';
import { supervise } from './supervised-process.ts';

const SKEW_SECONDS = 3_600;

/** A cluster that can be troubled everywhere; nothing does until it is told to. */
export interface DisturbedCluster {
  readonly cluster: LocalCluster;
  readonly supervised: readonly SupervisedProcess[];
  readonly redis: RedisTrouble;
  /** By what they stand in front of. */
  readonly proxies: ReadonlyMap<string, TcpFaultProxy>;
  /** Where clients come in, with a proxy between. */
  readonly url: string;
  /** Which process has a wrong clock, and how far it is off. */
  readonly skew: string;
  /** For what that process wrote. */
  readonly rightInstant: RightInstant;
  /** From now on connections come to harm, or no more; those there are, are cut. */
  setRough(isRough: boolean): void;
  stop(): Promise<void>;
}

export async function startDisturbedCluster(
  options: ChaosOptions,
  random: () => number,
): Promise<DisturbedCluster> {
  const weather = createWeather(seededRandom(options.seed + 2), options.harmShare);
  const proxies = new Map<string, TcpFaultProxy>();
  const startProxy = async (name: string, upstreamPort: number) => {
    const proxy = await startTcpFaultProxy({ upstreamPort, harmFor: weather.harmFor });
    proxies.set(name, proxy);
    return proxy.port;
  };
  const skewed = oneOf(random, ['dispatcher-2', 'processor-2']);
  const skewSeconds = oneOf(random, [-1, 1]) * SKEW_SECONDS;
  const clockModule = new URL('./shifted-clock.preload.ts', import.meta.url);
  clockModule.searchParams.set('seconds', String(skewSeconds));
  const cluster = await startLocalCluster({
    port: 0,
    gateways: 2,
    dispatchers: 2,
    processors: 2,
    folder: options.folder,
    environment: {
      EDF_LEASE_SECONDS: String(options.leaseSeconds),
      EDF_HEARTBEAT_SECONDS: String(Math.floor(options.leaseSeconds / 3)),
      EDF_QUEUE_SLOTS: '20',
      EDF_WORKERS: '2',
    },
    between: startProxy,
    special: (name) => (name === skewed ? { preload: clockModule.href } : {}),
  });
  const redis = createRedisTrouble(cluster.standIns.redis);
  const supervised = cluster.processes.map(supervise);
  const skew = `${skewed} ${skewSeconds} s`;
  options.say(`seed ${options.seed}; clock off: ${skew}`);
  return {
    cluster,
    supervised,
    redis,
    proxies,
    url: `http://127.0.0.1:${await startProxy('gateways', Number(new URL(cluster.url).port))}`,
    skew,
    rightInstant: createRightInstant(skewSeconds),
    setRough(isRough) {
      weather.setRough(isRough);
      for (const proxy of proxies.values()) proxy.cutAll();
    },
    async stop() {
      for (const each of supervised) each.release();
      await cluster.stop();
      await redis.stop();
      for (const proxy of proxies.values()) await proxy.stop();
    },
  };
}
