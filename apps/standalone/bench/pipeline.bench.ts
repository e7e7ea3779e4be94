// Figures of the whole pipeline against the analysis alone, in one run: `npm run bench -- pipeline`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBenchRecording } from './bench-recording.ts';
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

function bareCpuSeconds(files: readonly string[]): number {
  const script = fileURLToPath(new URL('./bare-analysis.ts', import.meta.url));
  const { stdout } = spawnSync(process.execPath, [script, ...files], { encoding: 'utf8', maxBuffer: 1e6 });
  return Number(stdout);
}

/** Uploads and processes the files after one pass over `warmUp`, as the bare analysis does one before it is timed. */
async function pipelineCpuSeconds(
  name: string,
  warmUp: readonly string[],
  files: readonly string[],
  parallel: number,
): Promise<number> {
  const instance = await startMeasuredInstance(path.join(folder, name));
  const passOver = async (these: readonly string[]) => {
    const waiting = [...these];
    const worker = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift())
        await uploadAndWait(instance.client, file);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  };
  await passOver(warmUp);
  const before = instance.cpuSeconds();
  await passOver(files);
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

async function largeRecordings(): Promise<void> {
  const warmUp = writeFiles(1, 99 * MB, 'large-warm-up');
  const files = writeFiles(5, 100 * MB, 'large');
  const bare = bareCpuSeconds(files);
  const whole = await pipelineCpuSeconds('large', warmUp, files, 1);
  const transport = await transportCpuSeconds('transport', files);
  const ratio = (seconds: number) => (seconds / bare).toFixed(2);
  console.log(
    `5 recordings of 100 MB: pipeline ${whole.toFixed(2)} s CPU / analysis alone ${bare.toFixed(2)} s = ${ratio(whole)} (goal 1.3); taking them in alone ${transport.toFixed(2)} s, all after that = ${ratio(whole - transport)}`,
  );
  [...warmUp, ...files].forEach((file) => rmSync(file));
}

async function smallRecordings(): Promise<void> {
  const count = 1_000;
  const warmUp = writeFiles(40, 0.9 * MB, 'small-warm-up');
  const files = writeFiles(count, MB, 'small');
  const bare = bareCpuSeconds(files);
  const whole = await pipelineCpuSeconds('small', warmUp, files, 8);
  const beyond = ((whole - bare) / count) * 1000;
  console.log(
    `1,000 recordings of 1 MB: pipeline ${((whole / count) * 1000).toFixed(1)} ms, analysis alone ${((bare / count) * 1000).toFixed(1)} ms, beyond it ${beyond.toFixed(1)} ms CPU each (goal 15)`,
  );
  [...warmUp, ...files].forEach((file) => rmSync(file));
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
  console.log(
    `1 recording of 1 GB: memory at most ${Math.round((peak - idle) / MB)} MB above idle (${Math.round(idle / MB)} MB; goal 200)`,
  );
}

try {
  await largeRecordings();
  await smallRecordings();
  await memory();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
