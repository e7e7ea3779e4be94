import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readJob } from '@edf-pipeline/ledger';
import { startDynamodbLocal, startMinistack, startRedis } from '@edf-pipeline/stand-ins';
import { bytesOf } from './chaos/chaos-recordings.ts';
import { openLedger } from './chaos/ledger-rows.ts';
import { startLocalClusterOn } from './local-cluster.ts';
import { eventually } from './test-support/eventually.ts';
import { uploadBytes } from './test-support/upload-bytes.ts';

const TEST_MS = 240_000;

test(
  'clusters follow one another on servers that run already, and leave them running',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'edf-running-'));
    const [ministack, dynamodb, redis] = await Promise.all([
      startMinistack(),
      startDynamodbLocal(),
      startRedis(),
    ]);
    try {
      for (const seed of [1, 2]) {
        const cluster = await startLocalClusterOn(
          { ministack, dynamodb, redis },
          { port: 0, gateways: 1, dispatchers: 1, processors: 1, folder },
        );
        const ledger = openLedger(cluster);
        const { jobId } = await uploadBytes(cluster, 'acme', bytesOf({ name: '', kind: 'plain', seed }));
        const status = await eventually(`the end of ${jobId}`, 60, async () => {
          const { row } = (await readJob(ledger, 'acme', jobId)) ?? {};
          return row?.finishedAt ? row.status : false;
        });
        await cluster.stop();

        expect(status).toBe('succeeded');
        expect((await fetch(`${ministack.endpoint}/_ministack/health`)).status).toBe(200);
      }
    } finally {
      await Promise.all([ministack.stop(), dynamodb.stop(), redis.stop()]);
      rmSync(folder, { recursive: true });
    }
  },
  TEST_MS,
);
