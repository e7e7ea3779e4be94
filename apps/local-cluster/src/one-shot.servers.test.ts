import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobRow, Ledger } from '@edf-pipeline/ledger';
import { bytesOf } from './chaos/chaos-recordings.ts';
import { openLedger } from './chaos/ledger-rows.ts';
import type { LocalCluster } from './local-cluster.ts';
import { startLocalCluster } from './local-cluster.ts';
import { eventually } from './test-support/eventually.ts';
import { jobRow } from './test-support/job-row.ts';
import { uploadBytes } from './test-support/upload-bytes.ts';

const TEST_MS = 120_000;
const TENANT = 'acme';
const folder = mkdtempSync(path.join(tmpdir(), 'edf-one-shot-'));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
let cluster: LocalCluster;
let ledger: Ledger;

beforeAll(async () => {
  // Nobody takes work from the queue: what is handed out waits for the programs of these tests.
  cluster = await startLocalCluster({ port: 0, gateways: 1, dispatchers: 1, processors: 0, folder });
  ledger = openLedger(cluster);
}, TEST_MS);
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
}, TEST_MS);

/** A file that was uploaded, and whose job was handed out. */
async function handedOut(bytes: Uint8Array): Promise<JobRow> {
  const { jobId } = await uploadBytes(cluster, TENANT, bytes);
  return eventually(`${jobId} to be handed out`, 60, async () => {
    const row = await jobRow(ledger, TENANT, jobId);
    return row.phase === 'dispatched' && row;
  });
}

const recording = (seed: number) => bytesOf({ name: '', kind: 'plain', seed });

function start(program: string, args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [path.join(ROOT, 'apps/processor/src', program), ...args], {
    env: { ...cluster.environment, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
}

const workOf = ({ id, dispatch }: JobRow) => [
  '--tenant',
  TENANT,
  '--job',
  id,
  '--dispatch',
  String(dispatch),
];

describe('the one-shot processor', () => {
  it(
    'carries out the work that it is named, and ends with 0; asked again it finds nothing to do',
    async () => {
      const job = await handedOut(recording(1));
      expect(await start('once.main.ts', workOf(job)).ended).toMatchObject({ code: 0 });
      const done = await jobRow(ledger, TENANT, job.id);
      expect(await start('once.main.ts', workOf(job)).ended).toMatchObject({ code: 0 });

      expect([done.status, done.result?.epoch]).toEqual(['succeeded', 1]);
      expect(await jobRow(ledger, TENANT, job.id)).toEqual(done);
    },
    TEST_MS,
  );

  it(
    'ends with 42 where another try would change nothing: the ledger says what is wrong with the file',
    async () => {
      const job = await handedOut(Buffer.from('0'.repeat(600)));
      expect(await start('once.main.ts', workOf(job)).ended).toMatchObject({ code: 42 });

      expect(await jobRow(ledger, TENANT, job.id)).toMatchObject({
        status: 'failed',
        error: { class: 'invalid_input' },
      });
    },
    TEST_MS,
  );

  it(
    'ends with 2 and a sentence when it is not told what to do',
    async () => {
      const { code, said } = await start('once.main.ts', ['--tenant', TENANT]).ended;

      expect([code, said]).toEqual([2, expect.stringContaining('--job is missing')]);
    },
    TEST_MS,
  );
});

describe('the processor as a Lambda function', () => {
  it(
    'takes one event after the other from the Runtime API, answers each, and goes on after one that is no work',
    async () => {
      const [first, second] = [await handedOut(recording(2)), await handedOut(recording(3))];
      const messageOf = ({ id, dispatch }: JobRow) =>
        JSON.stringify({ tenant: TENANT, jobId: id, dispatch, range: 0 });
      const api = await startRuntimeApi([messageOf(first), '{"no":"work"}', messageOf(second)]);
      const lambda = start('lambda.main.ts', [], { AWS_LAMBDA_RUNTIME_API: api.address });
      await eventually('all events to be answered', 60, () => api.answers.length === 3);
      lambda.child.kill('SIGTERM');
      await lambda.ended;
      await api.close();

      expect(api.answers).toEqual(['1/response', '2/error', '3/response']);
      for (const { id } of [first, second])
        expect((await jobRow(ledger, TENANT, id)).status).toBe('succeeded');
    },
    TEST_MS,
  );
});

/**
 * The Runtime API of one environment as AWS documents it
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html): events one after the other, then none.
 */
async function startRuntimeApi(events: readonly string[]) {
  const answers: string[] = [];
  let given = 0;
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const answered = /^\/2018-06-01\/runtime\/invocation\/(\d+)\/(response|error)$/.exec(request.url ?? '');
    request.resume();
    request.on('end', () => {
      if (answered) {
        answers.push(`${answered[1]}/${answered[2]}`);
        response.writeHead(202).end();
      } else if (given < events.length) {
        const payload = events[given++];
        response.setHeader('lambda-runtime-aws-request-id', String(given));
        response.setHeader('lambda-runtime-deadline-ms', String(Date.now() + 60_000));
        response.end(payload);
      }
      // Without an event the answer does not come, as long as the environment is kept.
    });
  };
  const server: Server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    answers,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
}
