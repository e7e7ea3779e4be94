// `npm run check`: types, boundaries, style, dead code, references; each says what is wrong and how to mend it.
import { ensureInstalled, jestEnvironment, node, run } from './toolchain.mjs';

const steps = [
  // First: it leaves the project graph that the boundary rule needs, and without which that rule says nothing.
  ['project references', ['node_modules/nx/dist/bin/nx.js', 'sync:check']],
  ['types', ['node_modules/@typescript/native/bin/tsc', '-b']],
  ['lint and boundaries', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['dead code', ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints']],
];

ensureInstalled();
const only = process.argv.slice(2);
let failed = 0;
for (const [name, args] of steps) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
  const startedAt = Date.now();
  const status = await run(node, args, {
    env: { ...jestEnvironment, NODE_OPTIONS: '', NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  if (status !== 0) failed += 1;
  process.stdout.write(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${Math.round((Date.now() - startedAt) / 1000)} s)\n`,
  );
}
process.exit(failed === 0 ? 0 : 1);
