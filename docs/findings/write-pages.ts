// Writes the pages of this folder: node docs/findings/write-pages.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingPages } from '../../libs/edf/src/test-support/finding-pages.ts';

for (const [name, text] of await findingPages()) writeFileSync(join(import.meta.dirname, name), text);
