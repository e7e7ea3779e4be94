// `npm run coverage`: how many lines of libs/edf its tests run; fails below 98 %. Lines are those with code on them: v8
// itself counts comments, types and brackets as run. What is compiled to WebAssembly is not seen by v8; the tests
// compare it with its likeness in JavaScript.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureInstalled, jestEnvironment, node, root, run } from './toolchain.mjs';

const leastPercent = 98;
const library = path.join(root, 'libs', 'edf', 'src');

/** @returns numbers of lines, from 1, that hold more than a comment, types or brackets */
function codeLinesOf(ts, source) {
  const lines = new Set();
  const file = ts.createSourceFile('code.ts', source, ts.ScriptTarget.Latest);
  const visit = (part) => {
    const isErased =
      ts.isTypeNode(part) || ts.isInterfaceDeclaration(part) || ts.isTypeAliasDeclaration(part);
    if (isErased || part.isTypeOnly || part.importClause?.isTypeOnly) return;
    const parts = part.getChildren(file);
    if (parts.length === 0 && part.getWidth(file) > 0 && !/^[\])},;({[:?]+$/.test(part.getText(file)))
      lines.add(file.getLineAndCharacterOfPosition(part.getStart(file)).line + 1);
    for (const child of parts) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(file);
  return lines;
}

/** @returns the lines of code of a file that were not run, and how many it has */
function notRunIn(ts, { path: name, statementMap, s: counts }) {
  const lines = codeLinesOf(ts, readFileSync(name, 'utf8'));
  const notRun = Object.entries(statementMap)
    .filter(([key, { start }]) => counts[key] === 0 && lines.has(start.line))
    .map(([, { start }]) => start.line);
  return { name: path.relative(library, name), lineCount: lines.size, notRun: [...new Set(notRun)] };
}

async function measure(folder) {
  const status = await run(
    node,
    [
      'node_modules/jest/bin/jest.js',
      ...['--projects', 'libs/edf', '--coverage', '--coverageProvider', 'v8', '--coverageReporters', 'json'],
      ...['--coverageDirectory', folder, '--collectCoverageFrom', 'src/**/*.ts'],
      ...['--collectCoverageFrom', '!**/*.test.ts', '--collectCoverageFrom', '!src/test-support/**'],
    ],
    { env: jestEnvironment, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) return status;
  const report = JSON.parse(readFileSync(path.join(folder, 'coverage-final.json'), 'utf8'));
  // Installed only now, perhaps.
  const { default: ts } = await import('typescript');
  const files = Object.values(report).map((file) => notRunIn(ts, file));
  const lineCount = files.reduce((sum, file) => sum + file.lineCount, 0);
  const missing = files.reduce((sum, file) => sum + file.notRun.length, 0);
  for (const { name, notRun } of files.filter((file) => file.notRun.length > 0).sort(byName))
    process.stdout.write(`${name}: ${notRun.join(' ')}\n`);
  const percent = (100 * (lineCount - missing)) / lineCount;
  process.stdout.write(
    `libs/edf: ${lineCount - missing} of ${lineCount} lines of ${files.length} files run, ${percent.toFixed(2)} %\n`,
  );
  if (percent >= leastPercent) return 0;
  process.stdout.write(`That is below ${leastPercent} %: test what is listed above, or take it out.\n`);
  return 1;
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);

ensureInstalled();
const folder = mkdtempSync(path.join(os.tmpdir(), 'edf-coverage-'));
try {
  process.exitCode = await measure(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
