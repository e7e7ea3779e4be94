import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { node, root } from './toolchain.mjs';

const page = path.join(root, 'docs', 'sabotage.md');
const begin = '<!-- made by npm run sabotage: begin -->';
const end = '<!-- made by npm run sabotage: end -->';
const NAMED_TESTS = 3;

/** Puts what was found between the markers of docs/sabotage.md. */
export function writePage(verdicts, count) {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/sabotage.md has no place for the table.');
  const table = tableOf(verdicts, count);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
  spawnSync(node, ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', page], {
    cwd: root,
    stdio: 'inherit',
  });
}

function tableOf(verdicts, count) {
  const processor = os.cpus()[0]?.model ?? 'unknown CPU';
  const date = new Date().toISOString().slice(0, 10);
  const rows = verdicts.map(({ patch, isCaught, failed, why, seconds }) => [
    patch.name,
    escaped(patch.protection),
    isCaught ? escaped(seenBy(failed)) : `**missed**: ${escaped(why)}`,
    String(seconds),
  ]);
  return [
    `${count}. ${processor}, ${os.availableParallelism()} cores, ${date}.`,
    '',
    ...[['patch', 'takes away', 'seen by', 's'], ['---', '---', '---', '--:'], ...rows].map(
      (cells) => `| ${cells.join(' | ')} |`,
    ),
  ].join('\n');
}

function seenBy(failed) {
  const named = failed.slice(0, NAMED_TESTS).join(' · ');
  const more = failed.length - NAMED_TESTS;
  return more > 0 ? `${named} · ${more} more` : named;
}

const escaped = (text) => text.replaceAll(/[|*_<>`]/g, '\\$&');
