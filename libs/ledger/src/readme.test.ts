import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as ledger from './index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${folder}README.md`, 'utf8');
const blockOf = (language: string) =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? '';

describe('the README', () => {
  it('has an example that prints what it says', () => {
    const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', blockOf('ts')], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(printed).toBe(blockOf('text'));
  });

  it('names only files that are there', () => {
    const named = [...readme.matchAll(/`(src\/[a-z/-]+\.ts)`/g)].map(([, path]) => path);
    expect(named.length).toBeGreaterThan(3);
    for (const path of named) expect(readFileSync(`${folder}${path}`, 'utf8')).not.toBe('');
  });
});

describe('the package', () => {
  it('exports functions and settings by name, no store', () => {
    expect(Object.keys(ledger).filter((name) => /Store$/.test(name))).toEqual([]);
    expect(typeof ledger.createUpload).toBe('function');
  });
});
