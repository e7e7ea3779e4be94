// Real recordings processed by one instance, then by another: every byte of every result must be the same.
// The first run (E2E_RESULTS names a file that is not there yet) notes what came out, the second one compares.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparison } from './config.ts';
import { endedJob, resultFile, resultOf, uploaded } from './test-support/uploads.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus/files');
const names = existsSync(corpus) ? readdirSync(corpus).sort() : [];
const { resultsFile, isCi } = comparison;
const isReference = !existsSync(resultsFile);

interface Outcome {
  readonly status: string;
  readonly code: string | null;
  /** SHA-256 of the bytes that were fetched, by name. */
  readonly files: Readonly<Record<string, string>>;
}
const reference = (isReference ? {} : JSON.parse(readFileSync(resultsFile, 'utf8'))) as Record<
  string,
  Outcome
>;
const outcomes: Record<string, Outcome> = {};

afterAll(() => {
  if (isReference) writeFileSync(resultsFile, JSON.stringify(outcomes));
});

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function outcomeOf(bytes: Uint8Array): Promise<Outcome> {
  const { jobId } = await uploaded(bytes);
  const job = await endedJob(jobId);
  if (job.status !== 'succeeded') return { status: job.status, code: job.error?.code ?? null, files: {} };
  const { manifest, files: written } = await resultOf(jobId);
  const files: Record<string, string> = { manifest: sha256(JSON.stringify(manifest)) };
  for (const { name } of written) {
    const { bytes: fetched } = await resultFile(jobId, name);
    files[name] = sha256(fetched);
  }
  return { status: job.status, code: null, files };
}

if (names.length === 0) {
  test('there is a corpus to compare with', () => {
    if (isCi) throw new Error(`there is no corpus at ${corpus}`);
    process.stderr.write(`no corpus at ${corpus}: nothing is compared\n`);
  });
}

test.each(names)('%s comes to the same end here as there', async (name) => {
  const outcome = await outcomeOf(readFileSync(join(corpus, name)));
  outcomes[name] = outcome;

  expect(['succeeded', 'failed']).toContain(outcome.status);
  if (outcome.status === 'succeeded') expect(Object.keys(outcome.files).length).toBeGreaterThan(3);
  if (!isReference) expect(outcome).toEqual(reference[name]);
});
