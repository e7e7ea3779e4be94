import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';

export const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

const AsyncFunction = (async () => undefined).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<void>;

/**
 * Runs the example below a heading of the README.
 *
 * @param given names that the example imports or uses, and what stands for them
 * @returns what it printed, and what the README says that it prints
 */
export async function runExample(
  heading: string,
  given: Readonly<Record<string, unknown>>,
  replaced: Readonly<Record<string, string>> = {},
): Promise<{ printed: string; promised: string }> {
  const [, section] = readme.split(`\n## ${heading}\n`);
  const [, code = '', promised = ''] =
    /```ts\n([^]*?)```\n\n```text\n([^]*?)```/.exec(section?.split('\n## ')[0] ?? '') ?? [];
  if (!code) throw new Error(`the README has no example below ${heading}`);
  const lines: string[] = [];
  const console = {
    log: (...values: unknown[]) => lines.push(format(...values)),
    error: (...values: unknown[]) => lines.push(format('error', ...values)),
  };
  const values = { ...given, console };
  let body = code.replaceAll(/^import .*$/gm, '');
  for (const [text, other] of Object.entries(replaced)) body = body.replaceAll(text, other);
  await new AsyncFunction(...Object.keys(values), body)(...Object.values(values));
  return { printed: `${lines.join('\n')}\n`, promised };
}
