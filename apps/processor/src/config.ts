import os from 'node:os';
import { clusterShape, integerText, loadConfig, redisShape } from '@edf-pipeline/service';
import { z } from 'zod';

const shape = {
  ...clusterShape,
  EDF_HEARTBEAT_SECONDS: integerText({ min: 1, max: 600, fallback: 10 }).meta({
    description: 'how often a worker says that it is at work; at most half of EDF_LEASE_SECONDS',
  }),
  EDF_WORKER_HEAP_MB: integerText({ min: 64, max: 65_536, fallback: 512 }).meta({
    description: 'heap of each thread that analyses',
  }),
  EDF_MAX_INFLATED_BYTES: integerText({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    fallback: 64 * 1024 ** 3,
  }).meta({ description: 'what a gzipped recording may become' }),
  EDF_OWNER: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,120}$/, 'may hold letters, digits, dots and dashes')
    .optional()
    .meta({ description: 'name of this process in the ledger', shownDefault: 'host name and process id' }),
};

const isOrderly = ({
  EDF_LEASE_SECONDS,
  EDF_HEARTBEAT_SECONDS,
}: {
  EDF_LEASE_SECONDS: number;
  EDF_HEARTBEAT_SECONDS: number;
}) => EDF_HEARTBEAT_SECONDS * 2 <= EDF_LEASE_SECONDS + 1;
const disorder = {
  path: ['EDF_HEARTBEAT_SECONDS'],
  message: 'is more than half of EDF_LEASE_SECONDS: one late heartbeat would lose a lease',
};

/** The environment of a process that runs one job; each variable says what it is for. */
export const processorSchema = z.object(shape).refine(isOrderly, disorder);
/** The same of a worker. */
export const workerSchema = z
  .object({
    ...shape,
    ...redisShape,
    EDF_HOST: z.string().min(1).default('0.0.0.0').meta({ description: 'address to listen at' }),
    EDF_PORT: integerText({ min: 0, max: 65_535, fallback: 8082 }).meta({
      description: 'port of the probes; 0: any free one',
    }),
    // A file that kills its process takes along what else runs there: more processes rather than more workers.
    EDF_WORKERS: integerText({ min: 1, max: 64, fallback: 1 }).meta({ description: 'jobs at once' }),
    EDF_LEASE_FOLDER: z.string().min(1).optional().meta({
      description:
        'folder for this process alone that outlives it, in a pod an emptyDir of this container: what it held when it died goes on as soon as it is back, instead of after EDF_LEASE_SECONDS',
    }),
    EDF_GRACE_SECONDS: integerText({ min: 0, max: 3_600, fallback: 5 }).meta({
      description: 'how long running work may go on after SIGTERM before it is given back',
    }),
  })
  .refine(isOrderly, disorder);

/** The same of the Lambda function. */
export const lambdaSchema = z
  .object({
    ...shape,
    AWS_LAMBDA_RUNTIME_API: z
      .string({ error: 'is missing: this program runs as a Lambda function only' })
      .meta({ description: 'set by Lambda' }),
  })
  .refine(isOrderly, disorder);

export type ProcessorConfig = ReturnType<typeof readProcessorConfig>;

/** What every runner of the processor is told. @throws ConfigError naming every fault */
export function readProcessorConfig(env: Record<string, string | undefined>) {
  return processorConfig(loadConfig(processorSchema, env));
}

/** What the worker is told besides. @throws ConfigError naming every fault */
export function readWorkerConfig(env: Record<string, string | undefined>) {
  const values = loadConfig(workerSchema, env);
  return {
    ...processorConfig(values),
    leaseFolder: values.EDF_LEASE_FOLDER,
    redisUrl: values.EDF_REDIS_URL,
    host: values.EDF_HOST,
    port: values.EDF_PORT,
    workers: values.EDF_WORKERS,
    /** How long running work may go on after SIGTERM before it is given back. */
    graceSeconds: values.EDF_GRACE_SECONDS,
  };
}

/** What the Lambda function is told besides, by Lambda. @throws ConfigError naming every fault */
export function readLambdaConfig(env: Record<string, string | undefined>) {
  const values = loadConfig(lambdaSchema, env);
  return { ...processorConfig(values), runtimeApi: values.AWS_LAMBDA_RUNTIME_API };
}

function processorConfig(values: z.infer<typeof processorSchema>) {
  return {
    region: values.AWS_REGION,
    table: values.EDF_TABLE,
    bucket: values.EDF_BUCKET,
    isPathStyle: values.EDF_S3_PATH_STYLE,
    logLevel: values.EDF_LOG_LEVEL,
    leaseSeconds: values.EDF_LEASE_SECONDS,
    heartbeatSeconds: values.EDF_HEARTBEAT_SECONDS,
    heapMegabytes: values.EDF_WORKER_HEAP_MB,
    maxInflatedBytes: values.EDF_MAX_INFLATED_BYTES,
    /** Names this process in the ledger. */
    owner: values.EDF_OWNER ?? `${os.hostname()}-${process.pid}`,
  };
}
