import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import * as hyparquet from 'hyparquet';
import * as exportsLibrary from './index.ts';
import { smallRecording } from './test-support/small-recording.ts';

const modules = { '@edf-pipeline/exports': exportsLibrary, hyparquet };
const AsyncFunction = (async () => undefined).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<void>;

test('the example of the README prints what the README says', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const [, code, output] = /```ts\n([^]*?)```\n\n```text\n([^]*?)```/.exec(readme)!;
  const { header, result } = smallRecording();
  const lines: string[] = [];
  const console = { log: (...values: unknown[]) => lines.push(format(...values)) };
  const body = code!.replaceAll(/import (\{[^}]+\}) from '([^']+)';/g, "const $1 = modules['$2'];");
  await new AsyncFunction('modules', 'header', 'result', 'console', body)(modules, header, result, console);
  expect(`${lines.join('\n')}\n`).toBe(output);
});
