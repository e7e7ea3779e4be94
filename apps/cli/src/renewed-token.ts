import type { CliConfig } from './config.ts';
import { AuthError } from './exit-code.ts';
import type { SignedIn } from './sign-in.ts';
import { findSignIn, hasEnded, renewSignIn } from './sign-in.ts';
import { readSignIn, writeSignIn } from './sign-in-file.ts';

/** Tokens are renewed this long before they expire. */
const AHEAD_MS = 60_000;

/**
 * The access token of a sign-in, renewed when it is about to expire (or was refused). Several `edf` at once may renew:
 * where refresh tokens rotate, the one that comes late finds what the other has written.
 *
 * @throws AuthError when the sign-in has ended
 */
export async function renewedToken(
  config: CliConfig,
  kept: SignedIn,
  isRefused: boolean,
  signal: AbortSignal,
): Promise<SignedIn> {
  const isFresh = Date.parse(kept.expiresAt) - Date.now() > AHEAD_MS;
  if (isFresh && !isRefused) return kept;
  const before = await readSignIn(config);
  if (before && before.accessToken !== kept.accessToken) return before;
  try {
    const renewed = await renewSignIn(await findSignIn(config.url, signal), kept);
    await writeSignIn(config, renewed);
    return renewed;
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const after = await readSignIn(config);
    if (after && after.refreshToken !== kept.refreshToken) return after;
    throw hasEnded(config.url);
  }
}
