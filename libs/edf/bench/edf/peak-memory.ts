import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { writePlainJavaScript } from './plain-javascript.ts';

/**
 * Peak resident memory, in MiB, of a process that does one job with a recording.
 *
 * @param folder a temporary folder
 */
export function peakMebibytes(folder: string, file: string, job: 'stream' | 'check'): number {
  const plain = writePlainJavaScript(path.join(folder, 'plain'));
  const script = path.join(plain, 'bench/edf-peak-memory.js');
  return Number(execFileSync(process.execPath, [script, file, job], { encoding: 'utf8' })) / 2 ** 20;
}
