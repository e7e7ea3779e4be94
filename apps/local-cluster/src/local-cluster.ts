import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createLedgerClient, createLedgerTable } from '@edf-pipeline/ledger/dynamodb';
import type { DynamodbLocal, Ministack, RedisServer } from '@edf-pipeline/stand-ins';
import {
  freePort,
  startDynamodbLocal,
  startMinistack,
  startRedis,
  standInClient,
} from '@edf-pipeline/stand-ins';
import { startBalancer } from './balancer.ts';
import { createObjectEvents } from './object-events.ts';
import type { ProductProcess, ProductProcessOptions } from './product-process.ts';
import { createProductProcess } from './product-process.ts';
import type { ProductEnvironment } from './product-environment.ts';
import { productEnvironment } from './product-environment.ts';
import type { UserPool } from './user-pool.ts';
import { createUserPool } from './user-pool.ts';

type Environment = Readonly<Record<string, string>>;

export interface LocalClusterOptions {
  /** Where clients come in; 0: any free port. */
  readonly port: number;
  readonly gateways: number;
  readonly dispatchers: number;
  readonly processors: number;
  /** Logs of every process. */
  readonly folder: string;
  /** Besides what follows from the stand-ins, for every process. */
  readonly environment?: Environment;
  /** Puts something between the processes and a server; answers the port that they are told instead of its own. */
  readonly between?: (server: ServerName, port: number) => Promise<number>;
  /** How one process is started otherwise than the others, by its name. */
  readonly special?: (name: string) => Pick<ProductProcessOptions, 'preload'>;
}

/** `public-s3` is where signed requests of clients go, `keys` where access tokens are verified. */
export type ServerName = 's3' | 'public-s3' | 'sqs' | 'dynamodb' | 'redis' | 'keys';

/** Servers that run, wherever they came from. */
export interface StandInAddresses {
  readonly ministack: { readonly endpoint: string };
  readonly dynamodb: { readonly endpoint: string };
  readonly redis: { readonly url: string };
}

/** The product as it runs in a cluster: many processes of this machine, on servers that stand in for AWS. */
export interface LocalCluster {
  readonly url: string;
  readonly users: UserPool;
  readonly processes: readonly ProductProcess[];
  /** What a process of the product is told; the CLI of AWS understands it too. */
  readonly environment: Readonly<ProductEnvironment>;
  readonly bucket: string;
  readonly table: string;
  /** As the servers themselves know them, nothing between. */
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly standIns: StandInAddresses;
  stop(): Promise<void>;
}

/** A cluster on servers of its own, which end with it. */
export interface OwnLocalCluster extends LocalCluster {
  readonly standIns: {
    readonly ministack: Ministack;
    readonly dynamodb: DynamodbLocal;
    readonly redis: RedisServer;
  };
}

export async function startLocalCluster(options: LocalClusterOptions): Promise<OwnLocalCluster> {
  const [ministack, dynamodb, redis] = await Promise.all([
    startMinistack(),
    startDynamodbLocal(),
    startRedis(),
  ]);
  const standIns = { ministack, dynamodb, redis };
  const cluster = await startLocalClusterOn(standIns, options);
  return {
    ...cluster,
    standIns,
    async stop() {
      await cluster.stop();
      await Promise.all([ministack.stop(), dynamodb.stop(), redis.stop()]);
    },
  };
}

/** Bucket, table, queues and user pool are new ones of this cluster; Redis must hold no other one's queues. */
export async function startLocalClusterOn(
  standIns: StandInAddresses,
  options: LocalClusterOptions,
): Promise<LocalCluster> {
  const { ministack, dynamodb, redis } = standIns;
  mkdirSync(options.folder, { recursive: true });
  const name = `edf-pipeline-${randomBytes(4).toString('hex')}`;
  const url = `http://127.0.0.1:${options.port || (await freePort())}`;
  const client = standInClient(ministack.endpoint);
  const events = await createObjectEvents(
    new S3Client({ ...client, forcePathStyle: true }),
    new SQSClient(client),
    name,
  );
  await createLedgerTable(createLedgerClient(standInClient(dynamodb.endpoint)), name);
  const users = await createUserPool(new CognitoIdentityProviderClient(client), name, {
    endpoint: ministack.endpoint,
    region: client.region,
    callbackUrls: [`${url}/`],
  });
  const throughPort = options.between ?? (async (_server: ServerName, port: number) => port);
  const through = async (server: ServerName, address: string) => {
    const told = new URL(address);
    told.port = String(await throughPort(server, Number(told.port)));
    return told.href.replace(/\/$/, '');
  };
  const sqsEndpoint = await through('sqs', ministack.endpoint);
  // The SDK may take the address out of the URL of a queue.
  const atSqs = (queueUrl: string) => `${sqsEndpoint}${new URL(queueUrl).pathname}`;
  const environment = {
    ...productEnvironment({
      region: client.region,
      credentials: client.credentials,
      s3: await through('s3', ministack.endpoint),
      publicS3: await through('public-s3', ministack.endpoint),
      sqs: sqsEndpoint,
      dynamodb: await through('dynamodb', dynamodb.endpoint),
      cognito: ministack.endpoint,
      redis: await through('redis', redis.url),
      jwksUrl: await through('keys', users.jwksUrl),
      table: name,
      bucket: events.bucket,
      queueUrl: atSqs(events.queueUrl),
      deadLetterQueueUrl: atSqs(events.deadLetterQueueUrl),
      issuer: users.issuer,
      clientId: users.clientId,
      metadataUrl: users.metadataUrl,
    }),
    ...options.environment,
  };
  const several = (count: number, name: string, program: string, own?: (name: string) => Environment) =>
    Promise.all(
      Array.from({ length: count }, async (_, index) =>
        createProductProcess({
          name: `${name}-${index + 1}`,
          program,
          port: await freePort(),
          environment: { ...environment, ...own?.(`${name}-${index + 1}`) },
          logFolder: options.folder,
          ...options.special?.(`${name}-${index + 1}`),
        }),
      ),
    );
  const gateways = await several(options.gateways, 'gateway', 'apps/gateway/src/main.ts');
  const dispatchers = await several(options.dispatchers, 'dispatcher', 'apps/dispatcher/src/main.ts');
  const processors = await several(
    options.processors,
    'processor',
    'apps/processor/src/worker.main.ts',
    // As the emptyDir of a pod: a process that is killed finds it again.
    (name) => ({ EDF_LEASE_FOLDER: path.join(options.folder, `${name}.leases`) }),
  );
  const processes = [...gateways, ...dispatchers, ...processors];
  await Promise.all(processes.map((each) => each.start()));
  const ports = gateways.map((gateway) => Number(new URL(gateway.url).port));
  const balancer = await startBalancer(ports, Number(new URL(url).port));
  return {
    url,
    users,
    processes,
    environment,
    bucket: events.bucket,
    table: name,
    queueUrl: events.queueUrl,
    deadLetterQueueUrl: events.deadLetterQueueUrl,
    standIns,
    async stop() {
      await balancer.close();
      await Promise.all(processes.map((each) => each.stop()));
    },
  };
}
