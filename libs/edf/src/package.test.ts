import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('test-support'),
);

test('the package has no dependencies', () => {
  const manifest = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest).not.toHaveProperty('peerDependencies');
});

test.each(sources)('%s imports nothing but files of this library', (name) => {
  const source = readFileSync(join(folder, name), 'utf8');
  for (const [, imported] of source.matchAll(/from '([^']+)'|import\(/g))
    expect(imported).toMatch(/^(\.\/|\.\.\/)[a-z0-9-]+(\/[a-z0-9-]+)?\.ts$/);
});

test.each(sources)('%s stays within 300 lines', (name) => {
  expect(readFileSync(join(folder, name), 'utf8').split('\n').length).toBeLessThanOrEqual(300);
});
