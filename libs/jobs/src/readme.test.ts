import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import * as inProcess from './in-process-queue.ts';

const folder = join(import.meta.dirname, '..');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');
const AsyncFunction = (async () => undefined).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<void>;

test('the example of the README prints what the README says', async () => {
  const [, code, output] = /```ts\n([^]*?)```\n\n```text\n([^]*?)```/.exec(readme)!;
  const lines: string[] = [];
  const console = { log: (...values: unknown[]) => lines.push(format(...values)) };
  const body = code!.replace(
    /import (\{[^}]+\}) from '@edf-pipeline\/jobs\/in-process';/,
    'const $1 = inProcess;',
  );
  await new AsyncFunction('inProcess', 'console', body)(inProcess, console);
  expect(`${lines.join('\n')}\n`).toBe(output);
});

test('the README names only files that are there', () => {
  const named = [...readme.matchAll(/`(src\/[a-z./-]+\.ts)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
});
