import { createLocalSession } from './local-session.ts';
import type { OidcConfig } from './oidc.ts';
import { createOidcSession } from './oidc-session.ts';
import type { Browser } from './oidc-session.ts';
import { SessionError, answerOf } from './session-answer.ts';

/**
 * `unknown` not asked yet · `signed-in` · `signed-out` nobody has signed in to this page · `ended` somebody had, and has
 * to do so again: what needs a token waits, what does not goes on.
 */
export type SessionState = 'unknown' | 'signed-in' | 'signed-out' | 'ended';

export interface Session {
  /**
   * A token that is valid for another minute at least; with `refresh` a new one whatever the old one says. Where people
   * sign in it waits until somebody has.
   */
  getToken(options?: { refresh?: boolean }): Promise<string>;
  state(): SessionState;
  /** Why the last try to sign in did not work. */
  problem(): string | null;
  subscribe(listener: () => void): () => void;
  /** From a click: leaves the page, or (when the session has ended) opens a window, so that uploads go on. */
  signIn(): Promise<void>;
  /** Whether there is something to sign out of. */
  canSignOut(): boolean;
  signOut(): Promise<void>;
  /**
   * To be called before anything looks at the address: takes an answer of the issuer out of it. `elsewhere` when it
   * was another tab's, which has been told.
   */
  land(): Promise<'here' | 'elsewhere'>;
}

interface AppConfig {
  readonly auth?:
    { readonly kind: 'local'; readonly tokenUrl: string } | ({ readonly kind: 'oidc' } & OidcConfig);
}

export interface SessionDeps {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly browser: Browser;
}

/** The session that the server's `app-config.json` asks for; it is asked once somebody needs a token. */
export function createSession(deps: SessionDeps): Session {
  const listeners = new Set<() => void>();
  const tell = () => listeners.forEach((listener) => listener());
  let chosen: Session | null = null;
  let choosing: Promise<Session> | null = null;

  const choose = async (): Promise<Session> => {
    const { auth } = (await answerOf(await deps.fetch('/app-config.json'))) as AppConfig;
    if (auth?.kind === 'oidc') chosen = createOidcSession(auth, deps);
    else if (auth?.kind === 'local') chosen = createLocalSession(auth.tokenUrl, deps);
    else
      throw new SessionError(
        'This server wants a way of signing in that this page does not know. Reload the page.',
      );
    chosen.subscribe(tell);
    return chosen;
  };
  const session = () => {
    choosing ??= choose().catch((error: unknown) => {
      choosing = null;
      throw error;
    });
    return choosing;
  };

  return {
    getToken: async (options) => (await session()).getToken(options),
    state: () => chosen?.state() ?? 'unknown',
    problem: () => chosen?.problem() ?? null,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signIn: async () => (await session()).signIn(),
    canSignOut: () => chosen?.canSignOut() ?? false,
    signOut: async () => (await session()).signOut(),
    // Only an address with an answer in it is worth waiting for the server.
    land: async () => (deps.browser.answer() ? (await session()).land() : 'here'),
  };
}
