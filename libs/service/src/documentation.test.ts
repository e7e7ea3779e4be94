import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/configuration.md',
  'docs/operations.md',
  'docs/performance.md',
  'docs/sabotage.md',
  'docs/stand-ins.md',
];

/** Paths of the repository that a page names in code marks: they have a slash, and begin with a folder of ours. */
const pathsIn = (text: string) =>
  [...text.matchAll(/`((?:apps|libs|scripts|docs)\/[\w./-]+)`/g)].map(([, named]) => named ?? '');

describe('the documentation', () => {
  it.each(pages)('%s names files that exist', (page) => {
    const missing = pathsIn(read(page)).filter((named) => !existsSync(path.join(root, named)));

    expect(missing).toEqual([]);
  });

  it.each(pages)('%s links to files that exist', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? '');
    const missing = links.filter((link) => !existsSync(path.join(root, path.dirname(page), link)));

    expect(missing).toEqual([]);
  });

  it.each(['README.md', 'CONTRIBUTING.md'])('%s names npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm (?:run ([a-z][a-z0-9-]*)|(start|test)\b)/g)];

    expect(
      named.map(([, script, short]) => script ?? short).filter((script) => !scripts[script ?? '']),
    ).toEqual([]);
  });

  it('of the configuration is what the programs say of themselves; mend it with: node scripts/write-configuration.mjs', () => {
    const script = path.join(root, 'scripts/write-configuration.mjs');
    const written = execFileSync(process.execPath, [script, '--print'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });

    expect(read('docs/configuration.md')).toBe(written);
  });

  it('has decisions that are numbered without a gap and have the three headings', () => {
    const decisions = readdirSync(path.join(root, 'docs/adr')).sort();
    const numbers = decisions.map((name) => Number(name.slice(0, 4)));

    expect(numbers).toEqual(decisions.map((_, index) => index + 1));
    for (const decision of decisions) {
      const headings = [...read(`docs/adr/${decision}`).matchAll(/^## (.*)$/gm)].map(
        ([, heading]) => heading,
      );
      expect({ decision, headings }).toEqual({ decision, headings: ['Context', 'Decision', 'Consequences'] });
    }
  });
});
