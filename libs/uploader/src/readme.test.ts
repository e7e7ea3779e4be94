import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import * as uploader from './index.ts';
import { startFakeServer } from './test-support/fake-server.ts';
import type { FakeServer } from './test-support/fake-server.ts';

// An example that fails half way leaves its server open, and jest would wait for it.
let server: FakeServer | undefined;
afterEach(() => server?.close());
const modules = {
  '@edf-pipeline/uploader': uploader,
  '@edf-pipeline/uploader/fake-server': {
    startFakeServer: async () => (server = await startFakeServer()),
  },
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
