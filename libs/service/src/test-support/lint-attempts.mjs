// Lints each text as if it stood in its file, and prints the rules that spoke up: a program of its own, started by
// repository-rules.test.ts in the root of the repository.
import { readFileSync } from 'node:fs';
import { ESLint } from 'eslint';
import { createProjectGraphAsync } from 'nx/src/devkit-exports.js';

// Without a graph in Nx's cache, as in a fresh clone, the rule about boundaries says nothing at all.
await createProjectGraphAsync({ exitOnError: false });
const attempts = JSON.parse(readFileSync(0, 'utf8'));
const eslint = new ESLint();
const found = {};
for (const { what, file, text } of attempts) {
  const [result] = await eslint.lintText(text, { filePath: file });
  found[what] = result ? result.messages.map(({ ruleId, message }) => ruleId ?? message) : ['ignored'];
}
process.stdout.write(`\n${JSON.stringify(found)}`);
