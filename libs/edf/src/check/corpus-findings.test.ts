// Every finding of every real recording, so that a check that begins to cry wolf is seen. The recordings lie beside
// the repository; the golden report has their names, the findings, and of those of weight what is so in the bytes.
// UPDATE_CORPUS_FINDINGS=1 writes it; a finding without an entry in test-support/corpus-causes.ts stays red.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteSourceFromBytes } from '../byte-source.ts';
import { corpusFolder, describeWithCorpus } from '../test-support/corpus.ts';
import { causesWithoutFinding, corpusReport } from '../test-support/corpus-report.ts';
import { isMendedByPatch } from '../test-support/mended-by-patch.ts';
import type { EdfCheck } from './check-edf.ts';
import { checkEdf } from './check-edf.ts';

const corpus = corpusFolder;
const golden = join(import.meta.dirname, 'corpus-findings.golden.json');

describeWithCorpus('findings are not compared')('the corpus', () => {
  const checks = new Map<string, EdfCheck>();
  beforeAll(async () => {
    for (const name of readdirSync(join(corpus, 'files')).sort()) {
      const bytes = new Uint8Array(readFileSync(join(corpus, 'files', name)));
      checks.set(name, await checkEdf(byteSourceFromBytes(bytes), { fileName: name }));
    }
  });

  test('gives the findings that were looked at, file by file', () => {
    const report = corpusReport(checks);
    if (process.env.UPDATE_CORPUS_FINDINGS) writeFileSync(golden, `${JSON.stringify(report, null, 2)}\n`);
    expect(report).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  test('has an explanation for every error and warning, and none for what is not found', () => {
    const report = corpusReport(checks);
    const unexplained = Object.entries(report.findings).flatMap(([name, lines]) =>
      Object.entries(lines).flatMap(([id, line]) =>
        typeof line !== 'number' && line.cause === null ? [`${name} ${id}`] : [],
      ),
    );
    expect(unexplained).toEqual([]);
    expect(causesWithoutFinding(report)).toEqual([]);
  });

  test('every patch of a finding, and every repair it names, takes the finding away', async () => {
    for (const [name, { findings }] of checks) {
      // Of an id that is there often the first stands for the others.
      const patched = findings.filter(
        (finding, index) => finding.patch && findings.findIndex(({ id }) => id === finding.id) === index,
      );
      if (patched.length === 0) continue;
      const bytes = new Uint8Array(readFileSync(join(corpus, 'files', name)));
      for (const finding of patched)
        expect([name, finding.id, await isMendedByPatch(bytes, finding)]).toEqual([name, finding.id, true]);
    }
  }, 60_000);

  test('has no error in a file that both peers read, but for the reviewed ones', () => {
    const peers = JSON.parse(readFileSync(join(corpus, 'expected/peers.json'), 'utf8')) as Record<
      string,
      Record<string, { ok: boolean }>
    >;
    const found: Record<string, string[]> = {};
    for (const [name, { findings }] of checks) {
      if (!Object.values(peers[name]!).every(({ ok }) => ok)) continue;
      const ids = findings
        .filter(({ severity }) => severity === 'error' || severity === 'fatal')
        .map(({ id }) => id);
      if (ids.length > 0) found[name] = [...new Set(ids)];
    }
    expect(found).toEqual({ 'Alvw-ekg.bdf': ['EDF064'], 'maxsivkov-1000.edf': ['EDF064'] });
  });
});
