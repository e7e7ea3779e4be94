// Figures of the whole pipeline against the analysis alone, in one run: `npm run bench -- pipeline`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from '@edf-pipeline/uploader';
import { writeBenchRecording } from './bench-recording.ts';
import type { MeasuredCluster } from './measured-cluster.ts';
import { startMeasuredCluster } from './measured-cluster.ts';
import { startMeasuredInstance } from './measured-instance.ts';
import { sendAndAbort, uploadAndWait } from './upload-from-disk.ts';

const MB = 1e6;
const folder = mkdtempSync(path.join(os.tmpdir(), 'edf-pipeline-bench-'));

function writeFiles(count: number, byteLength: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => {
    const file = path.join(folder, `${name}-${index}.edf`);
    writeBenchRecording(file, byteLength, index * 2 + 1);
    return file;
  });
}

const writeLarge = () => ({
  warmUp: writeFiles(1, 99 * MB, 'large-warm-up'),
  files: writeFiles(5, 100 * MB, 'large'),
});

const writeSmall = (count: number) => ({
  warmUp: writeFiles(40, 0.9 * MB, 'small-warm-up'),
  files: writeFiles(count, MB, 'small'),
});

const remove = (files: readonly string[]) => files.forEach((file) => rmSync(file));

function bareCpuSeconds(files: readonly string[]): number {
  const script = fileURLToPath(new URL('./bare-analysis.ts', import.meta.url));
  const { stdout } = spawnSync(process.execPath, [script, ...files], { encoding: 'utf8', maxBuffer: 1e6 });
  return Number(stdout);
}

async function passOver(client: ApiClient, files: readonly string[], parallel: number): Promise<void> {
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await uploadAndWait(client, file);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** Uploads and processes the files after one pass over `warmUp`, as the bare analysis does one before it is timed. */
async function pipelineCpuSeconds(
  name: string,
  warmUp: readonly string[],
  files: readonly string[],
  parallel: number,
): Promise<number> {
  const instance = await startMeasuredInstance(path.join(folder, name));
  await passOver(instance.client, warmUp, parallel);
  const before = instance.cpuSeconds();
  await passOver(instance.client, files, parallel);
  const spent = instance.cpuSeconds() - before;
  await instance.stop();
  rmSync(path.join(folder, name), { recursive: true, force: true });
  return spent;
}

/** What it costs to take files in alone: receive, hash, store, and give up before anything is made of them. */
async function transportCpuSeconds(name: string, files: readonly string[]): Promise<number> {
  const instance = await startMeasuredInstance(path.join(folder, name));
  const before = instance.cpuSeconds();
  for (const file of files) await sendAndAbort(instance.client, file);
  const spent = instance.cpuSeconds() - before;
  await instance.stop();
  rmSync(path.join(folder, name), { recursive: true, force: true });
  return spent;
}

/** Gateway, dispatcher and processor by name; what stands in for AWS is left out. */
type ClusterSeconds = Readonly<Record<string, number>>;

/** A row of the table in docs/performance.md. */
const row = (what: string, measured: string, goal = '') => console.log(`| ${what} | ${measured} | ${goal} |`);

const sumOf = (seconds: ClusterSeconds) => Object.values(seconds).reduce((sum, each) => sum + each, 0);

const partsOf = (seconds: ClusterSeconds, perUnit: (seconds: number) => string) =>
  Object.entries(seconds)
    .map(([name, each]) => `${name.replace(/-1$/, '')} ${perUnit(each)}`)
    .join(', ');

async function clusterCpuSeconds(
  cluster: MeasuredCluster,
  warmUp: readonly string[],
  files: readonly string[],
  parallel: number,
): Promise<ClusterSeconds> {
  await passOver(cluster.client, warmUp, parallel);
  const before = cluster.cpuSeconds();
  await passOver(cluster.client, files, parallel);
  const after = cluster.cpuSeconds();
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - before[name]!]));
}

async function largeRecordings(): Promise<void> {
  const { warmUp, files } = writeLarge();
  const bare = bareCpuSeconds(files);
  const whole = await pipelineCpuSeconds('large', warmUp, files, 1);
  const transport = await transportCpuSeconds('transport', files);
  const ratio = (seconds: number) => (seconds / bare).toFixed(2);
  row(
    '5 recordings of 100 MB: CPU of the whole process / CPU of the analysis alone',
    `${ratio(whole)} (${(whole / files.length).toFixed(2)} s / ${(bare / files.length).toFixed(2)} s each)`,
    '≤ 1.3',
  );
  row(
    '… without taking the file in (receive, hash, store)',
    `${ratio(whole - transport)} (taking in ${(transport / files.length).toFixed(2)} s each)`,
  );
  remove([...warmUp, ...files]);
}

async function largeInCluster(cluster: MeasuredCluster): Promise<void> {
  const { warmUp, files } = writeLarge();
  const bare = bareCpuSeconds(files);
  const ratio = (seconds: number) => (seconds / bare).toFixed(2);
  const seconds = await clusterCpuSeconds(cluster, warmUp, files, 1);
  row(
    '5 recordings of 100 MB in cluster mode, what stands in for AWS left out / CPU of the analysis alone',
    `${ratio(sumOf(seconds))} (${partsOf(seconds, ratio)})`,
    '≤ 1.3',
  );
  remove([...warmUp, ...files]);
}

const each = (seconds: number, files: readonly string[]) => ((seconds / files.length) * 1000).toFixed(1);

async function smallRecordings(): Promise<void> {
  const { warmUp, files } = writeSmall(1_000);
  const bare = bareCpuSeconds(files);
  const whole = await pipelineCpuSeconds('small', warmUp, files, 8);
  row(
    '1,000 recordings of 1 MB, 8 at a time: CPU beyond the analysis',
    `${each(whole - bare, files)} ms each (analysis ${each(bare, files)} ms)`,
    '≤ 15 ms',
  );
  remove([...warmUp, ...files]);
}

async function smallInCluster(cluster: MeasuredCluster): Promise<void> {
  const { warmUp, files } = writeSmall(200);
  const seconds = await clusterCpuSeconds(cluster, warmUp, files, 8);
  const perFile = (spent: number) => each(spent, files);
  row(
    '200 recordings of 1 MB in cluster mode, 8 at a time: CPU',
    `${perFile(sumOf(seconds))} ms each (${partsOf(seconds, perFile)})`,
  );
  remove([...warmUp, ...files]);
}

async function memory(): Promise<void> {
  const [file] = writeFiles(1, 1_000 * MB, 'huge');
  if (!file) return;
  const instance = await startMeasuredInstance(path.join(folder, 'memory'));
  const [warmUp] = writeFiles(1, 0.5 * MB, 'memory-warm-up');
  if (warmUp) await uploadAndWait(instance.client, warmUp);
  const idle = instance.residentBytes();
  let peak = idle;
  const timer = setInterval(() => {
    peak = Math.max(peak, instance.residentBytes());
  }, 50);
  await uploadAndWait(instance.client, file);
  clearInterval(timer);
  await instance.stop();
  row(
    '1 GB recording, upload included: memory above idle',
    `${Math.round((peak - idle) / MB)} MB (idle ${Math.round(idle / MB)} MB)`,
    '≤ 200 MB',
  );
}

/** null: not measured, and the reason has been said. */
async function clusterIfThereCanBe(): Promise<MeasuredCluster | null> {
  try {
    return await startMeasuredCluster(path.join(folder, 'cluster-logs'));
  } catch (error) {
    console.log(`Cluster mode is not measured: ${String(error)}`);
    return null;
  }
}

async function inCluster(): Promise<void> {
  const cluster = await clusterIfThereCanBe();
  if (!cluster) return;
  try {
    await largeInCluster(cluster);
    await smallInCluster(cluster);
  } finally {
    await cluster.stop();
  }
}

// What stands in for AWS takes the cores' caches even while it waits: the single process is measured without it.
try {
  await largeRecordings();
  await smallRecordings();
  await memory();
  await inCluster();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
