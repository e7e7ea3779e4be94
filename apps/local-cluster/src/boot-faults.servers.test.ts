import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createLedgerClient, createLedgerTable } from '@edf-pipeline/ledger/dynamodb';
import type { DynamodbLocal, Ministack } from '@edf-pipeline/stand-ins';
import {
  freePort,
  standInClient,
  startDynamodbLocal,
  startMinistack,
  startRedis,
} from '@edf-pipeline/stand-ins';
import { productEnvironment } from './product-environment.ts';
import type { ProductProcess } from './product-process.ts';
import { createProductProcess } from './product-process.ts';
import { eventually } from './test-support/eventually.ts';

const TEST_MS = 120_000;

const folder = mkdtempSync(path.join(tmpdir(), 'edf-boot-faults-'));
const disposals: (() => unknown)[] = [];
let ministack: Ministack;
let dynamodb: DynamodbLocal;
let names = 0;

beforeAll(async () => {
  [ministack, dynamodb] = await Promise.all([startMinistack(), startDynamodbLocal()]);
}, TEST_MS);
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose();
}, TEST_MS);
afterAll(async () => {
  await Promise.all([ministack.stop(), dynamodb.stop()]);
  rmSync(folder, { recursive: true });
}, TEST_MS);

const s3 = () => new S3Client({ ...standInClient(ministack.endpoint), forcePathStyle: true });
const sqs = () => new SQSClient(standInClient(ministack.endpoint));

/** A table, a bucket and queues that nobody has made yet, and how each is made. */
async function surroundings(redisUrl: string) {
  names += 1;
  const name = `boot-${names}`;
  const queue = (queueName: string) => `${ministack.endpoint}/000000000000/${queueName}`;
  const { region, credentials } = standInClient(ministack.endpoint);
  const environment = productEnvironment({
    region,
    credentials,
    s3: ministack.endpoint,
    publicS3: ministack.endpoint,
    sqs: ministack.endpoint,
    dynamodb: dynamodb.endpoint,
    cognito: ministack.endpoint,
    redis: redisUrl,
    jwksUrl: `${ministack.endpoint}/nobody/.well-known/jwks.json`,
    table: name,
    bucket: name,
    queueUrl: queue(name),
    deadLetterQueueUrl: queue(`${name}-dead`),
    issuer: 'https://issuer.example',
    clientId: 'nobody',
    metadataUrl: `${ministack.endpoint}/nobody/.well-known/openid-configuration`,
  });
  return {
    environment,
    makeTable: () => createLedgerTable(createLedgerClient(standInClient(dynamodb.endpoint)), name),
    makeBucket: () => s3().send(new CreateBucketCommand({ Bucket: name })),
    makeVersioned: () =>
      s3().send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
      ),
    makeQueue: () => sqs().send(new CreateQueueCommand({ QueueName: name })),
    async makeDeadLetterQueue() {
      await sqs().send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${region}:000000000000:${name}-dead`,
        maxReceiveCount: 10,
      });
      await sqs().send(
        new SetQueueAttributesCommand({ QueueUrl: queue(name), Attributes: { RedrivePolicy } }),
      );
    },
  };
}

/** Starts a process that cannot become ready yet. */
async function startUnready(program: string, environment: Record<string, string>) {
  const name = `${path.basename(path.dirname(path.dirname(program)))}-${names}`;
  const product = createProductProcess({
    name,
    program,
    port: await freePort(),
    environment,
    logFolder: folder,
  });
  disposals.push(() => product.kill());
  const ready = product.start();
  // Its fate is told by `ready` below; an end of the test before that is no unhandled rejection.
  ready.catch(() => undefined);
  const log = () => readFileSync(path.join(folder, `${name}.log`), 'utf8');
  return { product, ready, log };
}

type Unready = Awaited<ReturnType<typeof startUnready>>;

/** It says what it waits for, answers probes, is not ready, and has not ended. */
async function waitsFor({ product, log }: Unready, dependency: string, sentence: RegExp): Promise<void> {
  await eventually(`a line about the ${dependency}: ${sentence}`, 30, () =>
    log()
      .split('\n')
      .some((line) => line.includes(`"dependency":"${dependency}"`) && sentence.test(line)),
  );
  expect(await probes(product)).toEqual({ alive: 200, ready: 503 });
  expect(product.isRunning()).toBe(true);
}

async function probes({ url }: ProductProcess) {
  const statusOf = async (probe: string) => (await fetch(`${url}${probe}`)).status;
  return { alive: await statusOf('/healthz'), ready: await statusOf('/readyz') };
}

async function becomesReady({ product, ready }: Unready): Promise<void> {
  await ready;
  expect(await probes(product)).toEqual({ alive: 200, ready: 200 });
}

/** Commands as Redis reads them from a terminal, on one connection. */
function tellRedis(port: number, ...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(`${lines.join('\r\n')}\r\nQUIT\r\n`));
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}

test(
  'A dispatcher names each thing that is missing at start, one after the other, and is ready when all is there',
  async () => {
    const redis = await startRedis({ maxmemoryPolicy: 'allkeys-lru' });
    disposals.push(() => redis.stop());
    const around = await surroundings(redis.url);
    const unready = await startUnready('apps/dispatcher/src/main.ts', around.environment);

    await waitsFor(unready, 'table', /boot-\d+.*(does not exist|no table|missing)/i);
    await around.makeTable();
    await waitsFor(unready, 'bucket', /boot-\d+/);
    await around.makeBucket();
    await waitsFor(unready, 'bucket', /versioning/i);
    await around.makeVersioned();
    await waitsFor(unready, 'queue', /check EDF_QUEUE_URL/);
    await around.makeQueue();
    await waitsFor(unready, 'queue', /no dead-letter queue/);
    await around.makeDeadLetterQueue();
    await waitsFor(unready, 'redis', /maxmemory-policy is allkeys-lru.*Set it to noeviction/);
    await tellRedis(redis.port, 'CONFIG SET maxmemory-policy noeviction');

    await becomesReady(unready);
  },
  TEST_MS,
);

test(
  'A processor with the wrong password for Redis says so without the password, and is ready when it fits',
  async () => {
    const redis = await startRedis({ password: 'the-right-one' });
    disposals.push(() => redis.stop());
    const around = await surroundings(`redis://:a-wrong-one@127.0.0.1:${redis.port}`);
    await around.makeTable();
    await around.makeBucket();
    await around.makeVersioned();
    const unready = await startUnready('apps/processor/src/worker.main.ts', around.environment);

    await waitsFor(unready, 'redis', /Redis refused the login; check user and password/);
    expect(unready.log()).not.toContain('a-wrong-one');
    await tellRedis(redis.port, 'AUTH the-right-one', 'CONFIG SET requirepass a-wrong-one');

    await becomesReady(unready);
    expect(unready.log()).not.toContain('a-wrong-one');
  },
  TEST_MS,
);

test(
  'A gateway waits for its table and its bucket',
  async () => {
    const redis = await startRedis();
    disposals.push(() => redis.stop());
    const around = await surroundings(redis.url);
    const unready = await startUnready('apps/gateway/src/main.ts', around.environment);

    await waitsFor(unready, 'table', /boot-\d+/);
    await around.makeTable();
    await waitsFor(unready, 'bucket', /boot-\d+/);
    await around.makeBucket();
    await around.makeVersioned();

    await becomesReady(unready);
  },
  TEST_MS,
);

test(
  'A process that waits for something ends at once when it is asked to stop',
  async () => {
    const around = await surroundings('redis://127.0.0.1:1');
    const unready = await startUnready('apps/dispatcher/src/main.ts', around.environment);
    await waitsFor(unready, 'table', /boot-\d+/);

    expect(await unready.product.stop()).toBe(0);
  },
  TEST_MS,
);
