import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU seconds that a process and its threads have taken so far, as Linux counts them. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
