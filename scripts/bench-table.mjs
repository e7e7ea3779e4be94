// The rows that a benchmark prints (`| what | measured | goal |`) become its table in docs/performance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './toolchain.mjs';

const page = path.join(root, 'docs', 'performance.md');
const head = ['what', 'measured', 'goal'];

/** The machine and the day, for whoever compares. */
export function machine() {
  const processor = os.cpus()[0]?.model ?? 'unknown CPU';
  const date = new Date().toISOString().slice(0, 10);
  return `${processor}, ${os.availableParallelism()} cores, ${os.type()} ${os.release()}, Node ${process.versions.node}, ${date}`;
}

/** Puts the rows of what a benchmark printed into its place of the page, where it has one; answers whether it has. */
export function writeTable(name, printed) {
  const rows = printed
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.endsWith(' |'))
    .map((line) => line.slice(2, -2).split(' | '));
  const text = readFileSync(page, 'utf8');
  const begin = `<!-- made by npm run bench -- ${name}: begin -->`;
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(`<!-- made by npm run bench -- ${name}: end -->`);
  if (rows.length === 0 || from < begin.length || to < from) return false;
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const lineOf = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  const table = [head, rule, ...rows].map(lineOf).join('\n');
  writeFileSync(page, `${text.slice(0, from)}\n\n${machine()}.\n\n${table}\n\n${text.slice(to)}`);
  return true;
}
