import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real recordings and what other readers make of them. They lie beside the repository, not in it. */
export const corpusFolder = join(import.meta.dirname, '../../../../../shared/corpus');

/**
 * `describe` where the corpus is, and where it is not a description whose tests are named as skipped, said aloud;
 * in CI its absence is an error.
 *
 * @param withoutIt what is not done then
 */
export function describeWithCorpus(withoutIt: string): typeof describe | typeof describe.skip {
  if (existsSync(join(corpusFolder, 'expected/peers.json'))) return describe;
  const message = `The corpus of real recordings is not at ${corpusFolder}: ${withoutIt}.`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return describe.skip;
}
