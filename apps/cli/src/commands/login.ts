import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { configFrom } from '../config.ts';
import { AuthError } from '../exit-code.ts';
import { LOOPBACK_PORTS, startLoopbackRedirect } from '../loopback-redirect.ts';
import { wholeNumber } from '../options.ts';
import type { Shell } from '../shell.ts';
import { beginSignIn, endSignIn, findSignIn } from '../sign-in.ts';
import { writeSignIn } from '../sign-in-file.ts';

const PATIENCE_MINUTES = 10;

/** `edf login`: sign in to a server in the browser. */
export function addLoginCommand(program: Command, shell: Shell): void {
  program
    .command('login')
    .description('sign in to a server in the browser; kept for this user until edf logout')
    .option('--url <url>', 'server (EDF_URL)')
    .option('--no-browser', 'print the address, open nothing')
    .option(
      '--port <port>',
      'where the browser comes back to; has to be registered',
      wholeNumber('--port', 1, 65_535),
    )
    .option('--json', 'one object')
    .action(async (flags) => {
      const config = configFrom({ ...shell.env, EDF_TOKEN: undefined }, { url: flags.url });
      const { output, signal } = shell;
      const signIn = await findSignIn(config.url, signal);
      const redirect = await startLoopbackRedirect(flags.port ? [flags.port] : LOOPBACK_PORTS);
      try {
        const attempt = await beginSignIn(signIn, redirect.redirectUri);
        output.note('Sign in at this address, in a browser on this machine:');
        output.note(attempt.address);
        if (flags.browser) openInBrowser(attempt.address);
        const tooLong = AbortSignal.timeout(PATIENCE_MINUTES * 60_000);
        const answer = await redirect
          .wait(attempt.state, AbortSignal.any([signal, tooLong]))
          .catch((error: unknown) => {
            if (!tooLong.aborted || signal.aborted) throw error;
            throw new AuthError(`nobody signed in within ${PATIENCE_MINUTES} minutes; run edf login again`);
          });
        const signedIn = await endSignIn(signIn, attempt, answer, config.url);
        await writeSignIn(config, signedIn);
        if (flags.json) return output.json({ url: config.url, expiresAt: signedIn.expiresAt });
        output.line(`signed in to ${config.url}  next: edf ls --url ${config.url}`);
      } finally {
        redirect.close();
      }
    });
}

/** Whether there is one to open cannot be known; the address is printed all the same. */
function openInBrowser(address: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? (['open', [address]] as const)
      : process.platform === 'win32'
        ? (['rundll32', ['url.dll,FileProtocolHandler', address]] as const)
        : (['xdg-open', [address]] as const);
  spawn(command, [...args], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
