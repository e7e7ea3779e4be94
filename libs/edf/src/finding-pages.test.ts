import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingPages } from './test-support/finding-pages.ts';

const folder = join(import.meta.dirname, '../../../docs/findings');

test('docs/findings has a fresh page for every finding and no other', async () => {
  const pages = await findingPages();
  const there = readdirSync(folder).filter((name) => name.endsWith('.md'));
  expect(there.sort()).toEqual([...pages.keys()].sort());
  const stale = [...pages].filter(([name, text]) => readFileSync(join(folder, name), 'utf8') !== text);
  // node docs/findings/write-pages.ts writes them.
  expect(stale.map(([name]) => name)).toEqual([]);
});
