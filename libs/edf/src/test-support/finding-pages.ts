import { byteSourceFromBytes } from '../byte-source.ts';
import { checkEdf } from '../check/check-edf.ts';
import type { FindingKind } from '../finding-catalogue.ts';
import { findingCatalogue } from '../finding-catalogue.ts';
import type { Finding } from '../finding.ts';
import { repairCatalogue } from '../repair/repair-catalogue.ts';
import { guideOf } from './finding-guide.ts';
import { spoiltNames, spoiltRecordings } from './spoilt-recordings.ts';

const severities: Record<string, string> = {
  fatal: 'fatal: nothing can be read',
  error: 'error: the file breaks the standard',
  warning: 'warning: readers differ, or data may be lost',
  info: 'info: worth knowing',
};

/** The pages of docs/findings by file name: one for each finding, with an example from a real check, and the list. */
export async function findingPages(): Promise<Map<string, string>> {
  const pages = new Map([['README.md', listOf()]]);
  for (const kind of findingCatalogue) pages.set(`${kind.id}.md`, await pageOf(kind));
  return pages;
}

function listOf(): string {
  const lines = findingCatalogue.map(
    ({ id, severity, name, title }) => `- [${id}](${id}.md) ${severity} \`${name}\`: ${title}.`,
  );
  return [
    '# Findings',
    '',
    'What `edf check`, the upload page and `report.json` say about a file. Ids and names never change their meaning.',
    'These pages are written by `node docs/findings/write-pages.ts` from the catalogue; the examples are real checks',
    'of files that the tests spoil for the purpose.',
    '',
    ...lines,
    '',
  ].join('\n');
}

async function pageOf({ id, name, severity, title, clause }: FindingKind): Promise<string> {
  const { cause, advice } = guideOf(id);
  const { findings } = await checkEdf(byteSourceFromBytes(spoiltRecordings[id]!), {
    fileName: spoiltNames[id] ?? 'night',
  });
  const finding = findings.find((candidate) => candidate.id === id)!;
  const repairs = repairCatalogue.filter((repair) => repair.findings.includes(id));
  const repairLines = repairs.map(
    (repair) =>
      `- \`${repair.name}\`${repair.isDefault ? '' : ' (only when asked for: `--with`)'}: ${repair.title}.`,
  );
  return [
    `# ${id} ${name}`,
    '',
    `${title}.`,
    '',
    `- Severity: ${severities[severity]}`,
    `- Clause: ${clause}`,
    '',
    '## Cause',
    '',
    cause,
    '',
    '## Example',
    '',
    '```json',
    JSON.stringify(exampleOf(finding), null, 2),
    '```',
    '',
    '## What to do',
    '',
    advice,
    ...(repairLines.length > 0 ? ['', ...repairLines] : []),
    '',
  ].join('\n');
}

function exampleOf({ clause: _clause, ...finding }: Finding): Partial<Finding> {
  return finding;
}
