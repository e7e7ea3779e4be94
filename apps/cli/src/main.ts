import { Interrupted } from './exit-code.ts';
import { runCli } from './run-cli.ts';

// A signal sent to the whole process group and forwarded by a parent arrives twice: that is one Ctrl-C.
const SAME_INTERRUPTION_MS = 500;

const controller = new AbortController();
let interruptedAt = 0;
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    if (controller.signal.aborted && Date.now() - interruptedAt > SAME_INTERRUPTION_MS)
      process.exit(exitCode);
    if (controller.signal.aborted) return;
    interruptedAt = Date.now();
    controller.abort(new Interrupted(exitCode));
  });
}

// `edf ls | head -1` closes our output early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
});
