import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Figure } from './row.ts';

const page = path.join(import.meta.dirname, '../../../../docs/performance.md');
const begin = '<!-- made by npm run bench -- edf: begin -->';
const end = '<!-- made by npm run bench -- edf: end -->';

/** The table as Markdown, with the machine and the date. */
export function tableOf(
  figures: readonly Figure[],
  run: { readonly megabytes: number; readonly rounds: number; readonly absent: readonly string[] },
): string {
  const processor = os.cpus()[0]?.model ?? 'unknown CPU';
  const date = new Date().toISOString().slice(0, 10);
  const versions = `${os.type()} ${os.release()}, Node ${process.versions.node}`;
  const head = ['job', 'against', 'measured', 'goal', 'reached'];
  const lines = figures.map(({ job, against, measured, goal, isReached }) => {
    const reached = isReached === null ? '' : isReached ? 'yes' : '**no**';
    return [job, against, measured, goal, reached];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)));
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const absent = run.absent.length === 0 ? '' : ` Absent on this machine: ${run.absent.join('; ')}.`;
  return [
    `${processor}, ${os.availableParallelism()} cores, ${versions}, ${date}. Files of ${run.megabytes} MB in the page`,
    `cache; medians of ${run.rounds} interleaved rounds, "×" says how many times as fast as the other.${absent}`,
    '',
    row(head),
    rule,
    ...lines.map(row),
  ].join('\n');
}

/** Puts the table between the markers of docs/performance.md. */
export function writeTable(table: string): void {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/performance.md has no place for the table.');
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
}
