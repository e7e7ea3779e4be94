import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { changeSchema } from '@edf-pipeline/contracts';
import { bytesOf } from './chaos/chaos-recordings.ts';
import type { LocalCluster, OwnLocalCluster } from './local-cluster.ts';
import { startLocalCluster } from './local-cluster.ts';
import { uploadBytes } from './test-support/upload-bytes.ts';

/** Readers look by themselves so rarely that what they are told sooner they were woken for. */
const LOOK_SECONDS = 60;
const WAKE_SECONDS = 20;

let folder: string;
let cluster: OwnLocalCluster;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'edf-live-events-'));
  cluster = await startLocalCluster({
    port: 0,
    gateways: 2,
    dispatchers: 1,
    processors: 1,
    folder,
    environment: { EDF_EVENT_LOOK_SECONDS: String(LOOK_SECONDS) },
  });
}, 240_000);
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const gatewayUrl = (name: string) => {
  const found = cluster.processes.find((each) => each.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.url;
};

/** Reads the stream of a gateway until a job has succeeded. @throws Error when that takes longer than `seconds` */
function createReader(chunks: AsyncIterator<Uint8Array>) {
  const decoder = new TextDecoder();
  let text = '';
  return async (jobId: string, seconds: number): Promise<void> => {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`${jobId}: not within ${seconds} s`)), seconds * 1000);
    try {
      while (!succeededIn(text).includes(jobId)) {
        const { value, done } = await Promise.race([chunks.next(), tooLate]);
        if (done) throw new Error('the stream has ended');
        text += decoder.decode(value, { stream: true });
      }
    } finally {
      clearTimeout(timer);
    }
  };
}

const succeededIn = (text: string) =>
  [...text.matchAll(/^data: (.*)\n\n/gm)]
    .map(([, data]) => changeSchema.parse(JSON.parse(data ?? '')))
    .filter(({ type, object }) => type === 'job' && object.status === 'succeeded')
    .map(({ object }) => object.id);

test('What is done through one gateway wakes a reader of another one, which would not look by itself for a minute', async () => {
  const throughFirst: LocalCluster = { ...cluster, url: gatewayUrl('gateway-1') };
  const token = await cluster.users.tokenFor({ name: 'reader', groups: ['tenant:acme'] });
  const leaving = new AbortController();
  const stream = await fetch(`${gatewayUrl('gateway-2')}/v1/events`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: leaving.signal,
  });
  if (!stream.body) throw new Error('the stream has no body');
  const hear = createReader(stream.body[Symbol.asyncIterator]());
  // Twice: a reader that comes looks once by itself.
  for (const seed of [1, 2]) {
    const { jobId } = await uploadBytes(throughFirst, 'acme', bytesOf({ name: '', kind: 'plain', seed }));
    await hear(jobId, WAKE_SECONDS);
  }
  leaving.abort();
}, 120_000);
