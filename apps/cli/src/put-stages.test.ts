import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Job } from '@edf-pipeline/contracts';
import { startFakeServer } from '@edf-pipeline/uploader/fake-server';
import type { FakeServer } from '@edf-pipeline/uploader/fake-server';
import { runCli } from './run-cli.ts';
import { recordingBytes } from './test-support/edf-program.ts';

let server: FakeServer;
let folder: string;
beforeEach(async () => {
  server = await startFakeServer();
  folder = await mkdtemp(join(tmpdir(), 'edf-cli-'));
  await writeFile(join(folder, 'night.edf'), recordingBytes());
  // Jobs do nothing until a test tells it.
  server.jobNow = (job) => (job.status === 'succeeded' && job.version === 1 ? stageOf(job, null) : job);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** `stage` null: queued. */
function stageOf(job: Job, stage: Job['progress']['stage'] | null, doneBytes = 0): Job {
  return {
    ...job,
    status: stage === null ? 'queued' : 'running',
    progress: { stage: stage ?? 'waiting', doneBytes, totalBytes: 100 },
  };
}

interface Collected {
  write(chunk: string | Uint8Array): void;
  readonly isTTY: boolean;
  readonly columns: number;
  text: string;
}
const stream = (isTTY: boolean): Collected => ({
  isTTY,
  columns: 100,
  text: '',
  write(chunk) {
    this.text += String(chunk);
  },
});

/** `edf put night.edf --wait`, whose job is told through its stages by events alone. */
async function putAndTell(stderr: Collected, ...args: string[]) {
  const stdout = stream(stderr.isTTY);
  const ended = runCli(['put', join(folder, 'night.edf'), '--wait', ...args], {
    env: { EDF_URL: server.url, EDF_TOKEN: server.token, HOME: folder, XDG_STATE_HOME: folder },
    stdin: Readable.from([]),
    stdout,
    stderr,
    signal: new AbortController().signal,
  });
  const asks = () => server.log.filter((line) => line.startsWith('GET /v1/jobs/')).length;
  while (asks() < 2) await new Promise((resolve) => setImmediate(resolve));
  const [job] = server.jobs.values();
  let version = 1;
  for (const told of [
    stageOf(job!, 'checking'),
    stageOf(job!, 'analysing', 43),
    stageOf(job!, 'writing', 100),
    job!,
  ]) {
    server.tell({ type: 'job', object: { ...told, version: ++version } });
  }
  return { code: await ended, stdout: stdout.text, stderr: stderr.text, asks: asks() };
}

test('on a terminal --wait shows every stage of a file as the events tell it, and takes the rows away', async () => {
  const { code, stdout, stderr, asks } = await putAndTell(stream(true));
  expect(code).toBe(0);
  expect(stdout).toMatch(/night\.edf {2}succeeded {2}rec_/);
  const shown = [...stderr.matchAll(/night\.edf {2}([^\n\u001b]+)/g)].map(([, stage]) => stage);
  expect(shown.filter((stage, index) => stage !== shown[index - 1])).toEqual([
    'hashing',
    'announcing',
    'uploading',
    'verifying',
    'queued',
    'running (checking, 0 %)',
    'running (analysing, 43 %)',
    'running (writing, 100 %)',
    'succeeded',
  ]);
  expect(stderr.endsWith('\r\u001b[1A\u001b[J')).toBe(true);
  // Nothing was polled for.
  expect(asks).toBe(2);
});

test('where nobody looks on, nothing of that is written', async () => {
  const { stdout, stderr } = await putAndTell(stream(false));
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\S+night\.edf {2}succeeded .*\n$/);
});

test('with --json stdout carries the result alone, also on a terminal', async () => {
  const { stdout } = await putAndTell(stream(true), '--json');
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ status: 'succeeded' }]);
});
