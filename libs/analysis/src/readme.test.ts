import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { byteSourceFromBytes, openEdf } from '@edf-pipeline/edf';
import * as analysis from './index.ts';
import { generateRecording } from './test-support/generated-recording.ts';

const AsyncFunction = (async () => undefined).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<void>;

test('the example of the README prints what the README says', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const [, code, output] = /```ts\n([^]*?)```\n\n```text\n([^]*?)```/.exec(readme)!;
  const { file } = generateRecording({
    variant: 'EDF+D',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 600,
    samplesPerDataRecord: [256, 1],
    gaps: [300],
    seed: 1,
  });
  const recording = await openEdf(byteSourceFromBytes(file));
  const lines: string[] = [];
  const console = { log: (...values: unknown[]) => lines.push(format(...values)) };
  const body = code!.replace(/import (\{[^}]+\}) from '@edf-pipeline\/analysis';/, 'const $1 = analysis;');
  await new AsyncFunction('analysis', 'recording', 'console', body)(analysis, recording, console);
  expect(`${lines.join('\n')}\n`).toBe(output);
});
