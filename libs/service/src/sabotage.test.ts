import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'patches-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function sabotage(...args: string[]): { status: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/sabotage.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return { status, lines: stdout.trim().split('\n') };
}

const suite = 'Caught-by: jest libs/service/src/ulid.test.ts';

/** A patch of libs/service/src/ulid.ts, which puts `added` in the place of the line that makes an id. */
function writePatch(
  name: string,
  header: string,
  added: string,
  removed = '  return () => next(clock().getTime());',
) {
  const file = 'libs/service/src/ulid.ts';
  const lines = [
    ...[header, '', `--- a/${file}`, `+++ b/${file}`, '@@ -4,4 +4,4 @@'],
    ...[
      ' export function createUlidFactory(clock: () => Date): () => string {',
      '   const next = monotonicFactory();',
      `-${removed}`,
      `+${added}`,
      ' }',
      '',
    ],
  ];
  writeFileSync(path.join(folder, `${name}.patch`), lines.join('\n'));
}

describe('the patches of npm run sabotage', () => {
  it('all apply, name a protection, and name a suite that is there', () => {
    const { status, lines } = sabotage('--check');
    const patches = readdirSync(path.join(root, 'sabotage')).filter((name) => name.endsWith('.patch'));

    expect([status, ...lines]).toEqual([0, `${patches.length} patches, 0 faults`]);
    expect(patches.length).toBeGreaterThanOrEqual(25);
  });

  it('are told apart from such as no longer apply, say nothing, name no suite, or change a test', () => {
    writePatch('drifted', `A sentence.\n\n${suite}`, '  return next;', '  return () => next(0);');
    writePatch('silent', suite, '  return () => next(1);');
    writePatch('unseen', 'A sentence.', '  return () => next(1);');
    writePatch(
      'nowhere',
      'A sentence.\n\nCaught-by: jest libs/service/src/gone.test.ts',
      '  return () => next(1);',
    );
    const { status, lines } = sabotage('--check', '--patches', folder);

    expect(status).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(
        /^drifted no longer applies: error: patch failed: libs\/service\/src\/ulid\.ts:4/,
      ),
      'nowhere names the suite libs/service/src/gone.test.ts, which is not there',
      'silent does not begin with a sentence on the protection',
      'unseen has no line "Caught-by: jest FILE…", "servers FILE…" or "simulate --seeds N"',
      '4 patches, 4 faults',
    ]);
  });
});

describe('npm run sabotage', () => {
  it('takes a failing test for a catch, and neither a green suite nor code that cannot run', () => {
    const header = `The time is that of the clock.\n\n${suite}`;
    writePatch('harmless', header, '  return () => next(clock().valueOf());');
    writePatch('no-clock', header, '  return () => next(1);');
    writePatch('no-name', header, '  return () => nextId(clock().getTime());');
    writePatch('no-syntax', header, '  return () => next(;');
    const { status, lines } = sabotage('--patches', folder);

    expect(status).toBe(1);
    expect(lines.map((line) => line.replace(/ \(\d+ s\)/, ''))).toEqual([
      'jest without a patch: green',
      'MISSED harmless: its suite stays green',
      'caught no-clock: a ULID carries the time of the given clock',
      'MISSED no-name: the patched code cannot run: ReferenceError: nextId is not defined',
      expect.stringMatching(/^MISSED no-syntax: its suite cannot run: /),
      '1 caught, 3 missed',
    ]);
  }, 180_000);
});
