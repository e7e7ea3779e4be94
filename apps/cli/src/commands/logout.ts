import type { Command } from 'commander';
import { configFrom } from '../config.ts';
import type { Shell } from '../shell.ts';
import { findSignIn, revokeSignIn } from '../sign-in.ts';
import { readSignIn, removeSignIn } from '../sign-in-file.ts';

/** `edf logout`: end a sign-in. */
export function addLogoutCommand(program: Command, shell: Shell): void {
  program
    .command('logout')
    .description('end the sign-in to a server')
    .option('--url <url>', 'server (EDF_URL)')
    .action(async (flags) => {
      const config = configFrom({ ...shell.env, EDF_TOKEN: undefined }, { url: flags.url });
      const { output, signal } = shell;
      const kept = await readSignIn(config);
      await removeSignIn(config);
      if (!kept) return output.line(`you were not signed in to ${config.url}`);
      const isRevoked = await findSignIn(config.url, signal)
        .then((signIn) => revokeSignIn(signIn, kept))
        .catch(() => false);
      output.line(`signed out of ${config.url}`);
      if (!isRevoked)
        output.note(
          'The issuer could not be told; whoever has a copy of the tokens can use them until they expire.',
        );
    });
}
