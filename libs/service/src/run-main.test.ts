import { spawnSync } from 'node:child_process';

const url = new URL('.', import.meta.url).href;

/** Runs a program of a few lines as a process of its own, and tells how it ended. */
function ended(program: string) {
  const imports = `import { runMain } from '${url}run-main.ts'; import { ConfigError } from '${url}config.ts';
    import { createLogger } from '${url}logger.ts';
    const logger = createLogger({ name: 'test', level: 'warn' });`;
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--disable-warning=ExperimentalWarning', '-e', imports + program],
    { encoding: 'utf8', env: {} },
  );
  return { status, stderr, stdout };
}

test('A faulty configuration is told in sentences, and ends with 2', () => {
  const { status, stderr } = ended(
    `await runMain(process, async () => { throw new ConfigError(['EDF_TABLE: is missing']); });`,
  );

  expect(stderr).toContain('EDF_TABLE: is missing');
  expect(stderr).not.toContain('at ');
  expect(status).toBe(2);
});

test('A process that is asked to stop runs its phases and ends with 0', () => {
  const { status, stdout } = ended(`
    const phases = [{ name: 'say', seconds: 1, run: () => { console.log('ending'); } }];
    await runMain(process, async () => { setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20); setInterval(() => 0, 100); return { logger, phases }; });`);

  expect(stdout).toBe('ending\n');
  expect(status).toBe(0);
});

test('A process that is asked to stop while it starts ends with 0', () => {
  const { status } = ended(`
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20);
    await runMain(process, (signal) => new Promise((_, reject) => {
      setInterval(() => 0, 100);
      signal.addEventListener('abort', () => reject(signal.reason));
    }));`);

  expect(status).toBe(0);
});

test('An end that takes too long is cut, and ends with 1', () => {
  const { status } = ended(`
    const phases = [{ name: 'hang', seconds: 0.05, run: () => new Promise(() => setInterval(() => 0, 100)) }];
    await runMain(process, async () => { setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20); setInterval(() => 0, 100); return { logger, phases }; });`);

  expect(status).toBe(1);
});
