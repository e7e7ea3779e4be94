import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Item } from '@edf-pipeline/ledger';
import { createDynamodbLedgerStore, createLedgerClient } from '@edf-pipeline/ledger/dynamodb';
import { standInClient } from '@edf-pipeline/stand-ins';
import { Redis } from 'ioredis';
import type { Canary, PlaceKind } from './canary.ts';
import { NEIGHBOUR, OWNER, fileNames, inRecording, sent } from './chosen-canaries.ts';
import type { WatchedCluster } from './watched-cluster.ts';

/** A leak that was made on purpose: what a search has to find. */
export interface PlantedLeak {
  readonly canary: Canary;
  readonly kind: PlaceKind;
  readonly form: string;
}

/**
 * Leaks canaries into every kind of place there is, by the servers that the processes are told, encoded as data is
 * there. Some of it is deleted again at once.
 */
export async function plantLeaks(
  watched: WatchedCluster,
  logFolder: string,
  hookUrl: string,
): Promise<PlantedLeak[]> {
  const { cluster, exchanges } = watched;
  const { patientName } = inRecording;

  const header = Buffer.from(`F ${patientName.text}`).toString('base64');
  appendFileSync(path.join(logFolder, 'gateway-1.log'), `${JSON.stringify({ msg: 'An upload', header })}\n`);
  await fetch(hookUrl, { method: 'POST', body: JSON.stringify({ patient: patientName.text }) });
  const quoting = `{"detail":"${fileNames.plain.text} is no EDF"}`;
  exchanges.keep(NEIGHBOUR, 'GET /planted', new Response(quoting), quoting);
  const headers = { 'x-detail': sent.value.text };
  exchanges.keep(OWNER, 'POST /planted', new Response(null, { status: 422, headers }), '');
  return [
    { canary: patientName, kind: 'log', form: 'base64 after 2' },
    { canary: patientName, kind: 'delivery', form: 'as it is' },
    { canary: fileNames.plain, kind: 'answer', form: 'as it is' },
    { canary: sent.value, kind: 'problem', form: 'as it is' },
    ...(await intoRedis(cluster.environment.EDF_REDIS_URL ?? '')),
    ...(await intoQueue(watched)),
    ...(await intoLedger(watched)),
    ...(await intoBucket(watched)),
  ];
}

async function intoRedis(url: string): Promise<PlantedLeak[]> {
  const { annotation } = inRecording;
  const redis = new Redis(url);
  // Redis compresses what repeats itself.
  await redis.hset('{edf}:small:planted', 'failedReason', `${annotation.text} `.repeat(50));
  await redis.set('gone', encodeURIComponent(fileNames.unicode.text));
  await redis.del('gone');
  redis.disconnect();
  return [
    { canary: annotation, kind: 'redis', form: 'as it is' },
    { canary: fileNames.unicode, kind: 'redis', form: 'percent-encoded' },
  ];
}

async function intoQueue({ cluster }: WatchedCluster): Promise<PlantedLeak[]> {
  const { hostile } = fileNames;
  const sqs = new SQSClient(standInClient(cluster.environment.AWS_ENDPOINT_URL_SQS));
  const MessageBody = JSON.stringify({ fileName: hostile.text });
  // A receive of a process that has just ended may still be waiting at the other queue, and would take it.
  await sqs.send(new SendMessageCommand({ QueueUrl: cluster.deadLetterQueueUrl, MessageBody }));
  return [
    { canary: hostile, kind: 'queue', form: 'JSON' },
    // On the wire, where the body is a text within JSON.
    { canary: hostile, kind: 'queue', form: 'JSON in JSON' },
  ];
}

/** Long and regular enough that the ledger packs it. */
const packedRow = (sk: string, text: string): Item => ({
  pk: 'T#planted',
  sk,
  version: 1,
  writer: 'w',
  indexes: {},
  data: { kind: 'job', error: { message: `${text} ${'is no number. '.repeat(300)}` } },
});

async function intoLedger({ cluster }: WatchedCluster): Promise<PlantedLeak[]> {
  const { annotationOfMany: staying, garbage: going } = inRecording;
  const client = createLedgerClient(standInClient(cluster.environment.AWS_ENDPOINT_URL_DYNAMODB));
  const store = createDynamodbLedgerStore({ client, tableName: cluster.table });
  const gone = packedRow('GOES', going.text);
  await store.write([{ kind: 'put', item: packedRow('STAYS', staying.text), expect: 'absent' }]);
  await store.write([{ kind: 'put', item: gone, expect: 'absent' }]);
  await store.write([{ kind: 'delete', key: gone, expect: 1 }]);
  return [
    { canary: staying, kind: 'ledger', form: 'as it is' },
    { canary: staying, kind: 'ledger request', form: 'as it is' },
    { canary: going, kind: 'ledger request', form: 'as it is' },
  ];
}

async function intoBucket({ cluster }: WatchedCluster): Promise<PlantedLeak[]> {
  const { equipment, patientName } = inRecording;
  const s3 = new S3Client({
    ...standInClient(cluster.environment.AWS_ENDPOINT_URL_S3),
    forcePathStyle: true,
  });
  const put = (Key: string, Body: string, Metadata?: Record<string, string>) =>
    s3.send(new PutObjectCommand({ Bucket: cluster.bucket, Key, Body, Metadata }));
  await put(`work/${OWNER}/planted`, 'x', { about: Buffer.from(equipment.text).toString('hex') });
  await put(`results/${NEIGHBOUR}/planted/1/report.json`, JSON.stringify({ of: patientName.text }));
  return [
    { canary: equipment, kind: 'object key', form: 'hexadecimal' },
    { canary: patientName, kind: 'result', form: 'as it is' },
  ];
}
