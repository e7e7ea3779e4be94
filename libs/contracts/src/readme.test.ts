import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import * as contentId from './content-id.ts';
import * as contracts from './index.ts';
import * as partSize from './part-size.ts';

const modules = {
  '@edf-pipeline/contracts': contracts,
  '@edf-pipeline/contracts/content-id': contentId,
  '@edf-pipeline/contracts/part-size': partSize,
};
const AsyncFunction = (async () => undefined).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<void>;

test('the example of the README prints what the README says', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const [, code, output] = /```ts\n([^]*?)```\n\n```text\n([^]*?)```/.exec(readme)!;
  const lines: string[] = [];
  const console = { log: (...values: unknown[]) => lines.push(format(...values)) };
  const body = code!.replaceAll(/import (\{[^}]+\}) from '([^']+)';/g, "const $1 = modules['$2'];");
  await new AsyncFunction('modules', 'console', body)(modules, console);
  expect(`${lines.join('\n')}\n`).toBe(output);
});
