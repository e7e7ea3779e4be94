import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import * as edf from './index.ts';
import { goodRecording } from './test-support/recordings.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const examples = [
  ...readme.matchAll(/## ([^\n]+)\n(?:(?!\n## )[^])*?```ts\n([^]*?)```\n\n```text\n([^]*?)```/g),
];
const AsyncFunction = (async () => undefined).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<void>;

test('the README has an example for each task', () => {
  expect(examples.map(([, title]) => title)).toEqual([
    'Open a recording',
    'Read samples',
    'Stream at full speed',
    'Read by time',
    'Annotations and the timeline',
    'Triggers',
    'Check a file',
    'Repair a file',
    'Write a recording',
    'Crop, select, split, join, convert',
    'De-identify',
  ]);
});

test.each(examples.map(([, title, code, output]) => [title!, code!, output!] as const))(
  'the README example "%s" prints what the README says',
  async (_title, code, output) => {
    const body = code.replace(/import (\{[^}]+\}) from '@edf-pipeline\/edf';/, 'const $1 = edf;');
    const lines: string[] = [];
    const console = { log: (...values: unknown[]) => lines.push(format(...values)) };
    const file = new Blob([goodRecording('EDF+D') as Uint8Array<ArrayBuffer>]);
    await new AsyncFunction('edf', 'file', 'console', body)(edf, file, console);
    expect(`${lines.join('\n')}\n`).toBe(output);
  },
);
