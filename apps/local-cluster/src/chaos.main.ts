import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ConfigError } from '@edf-pipeline/service';
import { readChaosArguments } from './chaos/chaos-arguments.ts';
import { runChaos } from './chaos/run-chaos.ts';

// `npm run chaos -- --uploads N --seed S`
const say = (line: string) => void process.stdout.write(`${line}\n`);
// What has been started ends with us.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => process.exit(status));
try {
  const wanted = readChaosArguments(process.argv.slice(2), {
    seed: () => randomInt(2 ** 31),
    folder: path.join(os.tmpdir(), `edf-pipeline-chaos-${process.pid}`),
  });
  const { violations, figures } = await runChaos({ ...wanted, say });
  const text = JSON.stringify({ ...figures, violations }, null, 2);
  if (wanted.jsonFile) writeFileSync(wanted.jsonFile, `${text}\n`);
  say(text);
  say(
    violations.length === 0
      ? 'Nothing was lost, and nothing happened twice.'
      : `${violations.length} promises were broken; the logs are in ${wanted.folder}. Again: --seed ${wanted.seed}`,
  );
  process.exit(violations.length === 0 ? 0 : 1);
} catch (error) {
  const isConfig = error instanceof ConfigError;
  process.stderr.write(
    `${isConfig ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(2);
}
