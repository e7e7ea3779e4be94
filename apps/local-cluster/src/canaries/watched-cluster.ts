import path from 'node:path';
import { readFileSync, readdirSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createLedgerClient } from '@edf-pipeline/ledger/dynamodb';
import { standInClient } from '@edf-pipeline/stand-ins';
import type { ApiClient } from '@edf-pipeline/uploader';
import { createApiClient } from '@edf-pipeline/uploader';
import { receiveBodies } from '../chaos/queue-contents.ts';
import type { LocalCluster, ServerName } from '../local-cluster.ts';
import { startLocalCluster } from '../local-cluster.ts';
import type { Place } from './canary.ts';
import { NEIGHBOUR, OWNER, sent } from './chosen-canaries.ts';
import type { ExchangeRecorder } from './exchange-recorder.ts';
import { createExchangeRecorder } from './exchange-recorder.ts';
import { ledgerPlaces, ledgerRequestPlaces } from './ledger-places.ts';
import { objectPlaces, objectRequestPlaces } from './object-places.ts';
import { redisPlaces } from './redis-places.ts';
import type { WireTap } from './wire-tap.ts';
import { startWireTap } from './wire-tap.ts';

/** Somebody who asks the API; what they are answered is kept. */
export interface WatchedUser {
  readonly tenant: string;
  readonly token: string;
  readonly client: ApiClient;
  readonly fetch: typeof fetch;
}

/** A local cluster of which every byte is kept that goes to the servers behind it, is logged, or answered. */
export interface WatchedCluster {
  readonly cluster: LocalCluster;
  readonly exchanges: ExchangeRecorder;
  readonly owner: WatchedUser;
  /** Of the owner's organisation, without the role owner. */
  readonly member: WatchedUser;
  readonly operator: WatchedUser;
  readonly neighbour: WatchedUser;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** The ledger, Redis, the object store and the queue cannot be reached by the processes. */
  setServersAway(isAway: boolean): void;
  /** What the processes have logged so far, all that they wrote to stdout and stderr. */
  logPlaces(): Place[];
  /** Ends the processes of the product in order; the servers stay. */
  stopProcesses(): Promise<void>;
  /** Everything that was written or said so far. Messages of the queue are shown once. */
  places(): Promise<Place[]>;
  stop(): Promise<void>;
}

const TAPPED = ['s3', 'sqs', 'dynamodb', 'redis'] as const satisfies readonly ServerName[];

export async function startWatchedCluster(folder: string): Promise<WatchedCluster> {
  const taps = new Map<ServerName, WireTap>();
  const cluster = await startLocalCluster({
    port: 0,
    gateways: 1,
    dispatchers: 1,
    processors: 2,
    folder,
    environment: {
      EDF_LOG_LEVEL: 'debug',
      EDF_HEARTBEAT_SECONDS: '1',
      EDF_SWEEP_SECONDS: '1',
      EDF_WORKER_HEAP_MB: '64',
    },
    async between(server, port) {
      if (!TAPPED.some((name) => name === server)) return port;
      const tap = await startWireTap(port);
      taps.set(server, tap);
      return tap.port;
    },
  });
  const tapOf = (server: ServerName): WireTap => {
    const tap = taps.get(server);
    if (!tap) throw new Error(`nothing stands before ${server}`);
    return tap;
  };
  const client = standInClient(cluster.standIns.ministack.endpoint);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sqs = new SQSClient(client);
  const exchanges = createExchangeRecorder(cluster.url);

  const userOf = async (tenant: string, name: string, roles: readonly string[]): Promise<WatchedUser> => {
    const groups = [`tenant:${tenant}`, ...roles.map((role) => `role:${role}`)];
    const token = await cluster.users.tokenFor({ name, groups });
    const fetchOf = exchanges.fetchOf(tenant);
    const api = createApiClient({ baseUrl: cluster.url, getToken: () => token, fetch: fetchOf });
    return { tenant, token, client: api, fetch: fetchOf };
  };

  const logPlaces = (): Place[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => ({ kind: 'log', name, bytes: readFileSync(path.join(folder, name)) }));

  const wirePlaces = (server: ServerName, kind: 'redis' | 'queue'): Place[] =>
    [...tapOf(server).requests(), ...tapOf(server).answers()].map((bytes, index) => ({
      kind,
      name: `connection ${index + 1}`,
      bytes,
    }));

  const queuePlaces = async (queueUrl: string): Promise<Place[]> =>
    (await receiveBodies(sqs, queueUrl)).map((body) => ({
      kind: 'queue',
      name: new URL(queueUrl).pathname,
      bytes: Buffer.from(body),
    }));

  return {
    cluster,
    exchanges,
    owner: await userOf(OWNER, sent.userName.text, ['owner']),
    member: await userOf(OWNER, 'member', []),
    operator: await userOf('operations', 'operator', ['operator', 'owner']),
    neighbour: await userOf(NEIGHBOUR, 'neighbour', ['owner']),
    s3,
    sqs,
    setServersAway(isAway) {
      for (const tap of taps.values()) tap.setAway(isAway);
    },
    logPlaces,
    stopProcesses: async () => void (await Promise.all(cluster.processes.map((each) => each.stop()))),
    async places() {
      const ledger = createLedgerClient({ ...client, endpoint: cluster.standIns.dynamodb.endpoint });
      return [
        ...logPlaces(),
        ...(await redisPlaces(cluster.standIns.redis.url)),
        ...wirePlaces('redis', 'redis'),
        ...(await queuePlaces(cluster.queueUrl)),
        ...(await queuePlaces(cluster.deadLetterQueueUrl)),
        ...wirePlaces('sqs', 'queue'),
        ...(await ledgerPlaces(ledger, cluster.table)),
        ...(await ledgerRequestPlaces(tapOf('dynamodb').requests())),
        ...(await objectPlaces(s3, cluster.bucket)),
        ...objectRequestPlaces(tapOf('s3').requests()),
        ...exchanges.places(),
      ];
    },
    async stop() {
      await cluster.stop();
      for (const tap of taps.values()) tap.stop();
    },
  };
}
