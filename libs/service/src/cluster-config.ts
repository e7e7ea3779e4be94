import { z } from 'zod';
import { integerText } from './config.ts';

const name = (what: string) => z.string({ error: `is missing: the name of ${what}` }).min(1, 'is empty');
const flag = z
  .enum(['true', 'false'], 'is neither true nor false')
  .default('false')
  .transform((text) => text === 'true');
const log = z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info');

/** What every process of a cluster is told: where the truth and the bytes are, and how long a lease lasts. */
export const clusterShape = {
  AWS_REGION: name('the AWS region').meta({
    description: 'AWS region of table, bucket and queues',
  }),
  EDF_TABLE: name('the DynamoDB table').meta({
    description: 'name of the DynamoDB table that is the ledger',
  }),
  EDF_BUCKET: name('the S3 bucket').meta({ description: 'name of the S3 bucket of recordings and results' }),
  EDF_S3_PATH_STYLE: flag.meta({
    description:
      'whether the bucket stands in the path of addresses instead of in the host: for servers that stand in for S3',
  }),
  EDF_LOG_LEVEL: log.meta({ description: 'what is logged at least' }),
  EDF_LEASE_SECONDS: integerText({ min: 1, max: 3_600, fallback: 30 }).meta({
    description: 'how long a worker may be silent before its job is taken from it; the same in every process',
  }),
};

const redisUrl = z.url({ protocol: /^rediss?$/, error: 'is not an address like redis://host:6379' });

/** Processes that speak to the job queue. */
export const redisShape = {
  EDF_REDIS_URL: redisUrl.meta({
    description: 'address of the Redis that holds the job queue; `rediss:` for TLS',
  }),
};

/** Processes that choose where a job runs, by how long it will take; see `createRouting` of libs/ledger. */
export const routingShape = {
  EDF_BYTES_PER_SECOND: integerText({ min: 1, max: Number.MAX_SAFE_INTEGER, fallback: 50 * 1024 ** 2 }).meta({
    description: 'how fast a worker gets through a recording: how long a job will take is estimated by it',
  }),
  EDF_TINY_SECONDS: integerText({ min: 0, max: 900, fallback: 0 }).meta({
    description: 'jobs that are estimated to take no longer go to the Lambda function; 0: none do',
  }),
};

export function routingOf(values: {
  readonly EDF_BYTES_PER_SECOND: number;
  readonly EDF_TINY_SECONDS: number;
}) {
  return {
    bytesPerSecond: values.EDF_BYTES_PER_SECOND,
    tinySeconds: values.EDF_TINY_SECONDS,
    // Executors for more are not part of this deployment yet.
    smallSeconds: Infinity,
    largeSeconds: Infinity,
  };
}

/** A secret of 32 bytes as base64. */
export const keyText = z
  .base64('is not base64')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => key.length === 32, 'is not 32 bytes long; make one with: openssl rand -base64 32');
