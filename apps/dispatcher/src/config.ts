import {
  clusterShape,
  integerText,
  loadConfig,
  redisShape,
  routingOf,
  routingShape,
  webhookShape,
} from '@edf-pipeline/service';
import { z } from 'zod';

/** The environment of a dispatcher; each variable says what it is for. */
export const dispatcherSchema = z.object({
  ...clusterShape,
  ...redisShape,
  ...routingShape,
  ...webhookShape,
  EDF_HOST: z
    .string()
    .min(1)
    .default('0.0.0.0')
    .meta({ description: 'address to listen at, inside the cluster only' }),
  EDF_PORT: integerText({ min: 0, max: 65_535, fallback: 8081 }).meta({
    description: 'port of probes, the scaler’s number and the redrive of dead letters; 0: any free one',
  }),
  EDF_QUEUE_URL: z
    .url({ error: 'is missing or no address: the SQS queue of object events' })
    .meta({ description: 'SQS queue of object events' }),
  EDF_DEAD_LETTER_QUEUE_URL: z
    .url({ error: 'is missing or no address: what the queue puts aside' })
    .meta({ description: 'SQS queue that the other one puts aside what nobody could read' }),
  EDF_LAMBDA_FUNCTION: z
    .string()
    .min(1, 'is empty')
    .optional()
    .meta({ description: 'function that runs tiny jobs; needed when EDF_TINY_SECONDS is not 0' }),
  EDF_ADMIT_SECONDS: integerText({ min: 1, max: 60, fallback: 1 }).meta({
    description: 'how often waiting jobs are looked at when nothing wakes the dispatcher',
  }),
  EDF_SWEEP_SECONDS: integerText({ min: 1, max: 600, fallback: 3 }).meta({
    description: 'how often what is due is looked at',
  }),
  EDF_RELAY_SECONDS: integerText({ min: 1, max: 600, fallback: 2 }).meta({
    description: 'how often news are told when nothing wakes the dispatcher',
  }),
  EDF_QUEUE_SLOTS: integerText({ min: 1, max: 10_000, fallback: 200 }).meta({
    description:
      'jobs that wait in Redis at most; the others wait in the ledger, where they are fair and cheap to cancel',
  }),
});

/** @throws ConfigError naming every fault */
export function readConfig(env: Record<string, string | undefined>) {
  const values = loadConfig(
    dispatcherSchema.refine(
      ({ EDF_TINY_SECONDS, EDF_LAMBDA_FUNCTION }) => EDF_TINY_SECONDS === 0 || EDF_LAMBDA_FUNCTION,
      {
        path: ['EDF_LAMBDA_FUNCTION'],
        message: 'is missing: EDF_TINY_SECONDS sends jobs to a Lambda function, and there is none',
      },
    ),
    env,
  );
  return {
    region: values.AWS_REGION,
    table: values.EDF_TABLE,
    bucket: values.EDF_BUCKET,
    isPathStyle: values.EDF_S3_PATH_STYLE,
    redisUrl: values.EDF_REDIS_URL,
    queueUrl: values.EDF_QUEUE_URL,
    deadLetterQueueUrl: values.EDF_DEAD_LETTER_QUEUE_URL,
    lambdaFunction: values.EDF_LAMBDA_FUNCTION,
    /** null: webhooks are off. */
    webhookKey: values.EDF_WEBHOOK_KEY ?? null,
    webhookTrustedOrigins: values.EDF_WEBHOOK_TRUSTED_ORIGINS,
    logLevel: values.EDF_LOG_LEVEL,
    leaseSeconds: values.EDF_LEASE_SECONDS,
    host: values.EDF_HOST,
    port: values.EDF_PORT,
    routing: routingOf(values),
    /** How much may wait in the queue; the rest stays in the ledger, where it is fair and cheap to cancel. */
    queueSlots: values.EDF_QUEUE_SLOTS,
    loops: {
      admitSeconds: values.EDF_ADMIT_SECONDS,
      sweepSeconds: values.EDF_SWEEP_SECONDS,
      relaySeconds: values.EDF_RELAY_SECONDS,
    },
  };
}
