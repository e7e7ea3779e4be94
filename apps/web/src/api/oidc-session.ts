import { keepToken } from './kept-token.ts';
import type { Attempt, OidcConfig, Tokens } from './oidc.ts';
import { NotLetIn, createOidc } from './oidc.ts';
import type { Session, SessionDeps, SessionState } from './session.ts';

/** What of the browser the session needs. */
export interface Browser {
  readonly origin: string;
  /** Path, query and fragment of the address. */
  place(): string;
  /** What the issuer sent back in the address, if this is where it sends to. */
  answer(): URLSearchParams | null;
  /** Another address for the same page, without a trace of this one. */
  replacePlace(place: string): void;
  leaveFor(address: string): void;
  /** From a click alone; false when the browser did not let us. */
  openWindow(address: string): boolean;
  closeWindow(): void;
  /** Kept for this tab, until it is closed. */
  readonly tab: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Told to every other tab of this page, and heard from them. */
  tellTabs(message: TabMessage): void;
  onTold(listener: (message: TabMessage) => void): void;
}

export type TabMessage =
  { readonly kind: 'answer'; readonly query: string } | { readonly kind: 'signed-out' };

/**
 * What a reload may know: the refresh token, and the try that is under way while the browser is at the issuer.
 *
 * The access token is in memory alone. The refresh token is in sessionStorage, or every reload would end the session:
 * it is this tab's, and gone with it, where localStorage would keep it on a shared machine. A script that got into the
 * page could read it there, as it could ask this module; what keeps scripts out is the page's Content-Security-Policy.
 */
const REFRESH = 'edf-refresh-token';
const PENDING = 'edf-sign-in';

interface Pending extends Attempt {
  /** Where to go on after signing in. */
  readonly returnTo: string;
}

/** People who sign in at the issuer: authorization code with PKCE. */
export function createOidcSession(config: OidcConfig, deps: SessionDeps): Session {
  const { browser, now } = deps;
  const oidc = createOidc(config, `${browser.origin}/`, deps.fetch);
  const listeners = new Set<() => void>();
  let state: SessionState = 'unknown';
  let problem: string | null = null;
  /** The try whose window is open. */
  let inWindow: Attempt | null = null;
  let signedIn = closedGate();
  let lastGiven = { value: '', expiresAt: 0 };

  const become = (next: SessionState, why: string | null = null) => {
    if (next === 'signed-in') signedIn.open();
    else if (state === 'signed-in') signedIn = closedGate();
    [state, problem] = [next, why];
    for (const listener of listeners) listener();
  };

  const keep = ({ accessToken, expiresInSeconds, refreshToken }: Tokens) => {
    if (refreshToken !== null) browser.tab.setItem(REFRESH, refreshToken);
    become('signed-in');
    return { value: accessToken, expiresAt: now() + expiresInSeconds * 1000 };
  };

  const renewed = async (): Promise<Tokens | null> => {
    const refreshToken = browser.tab.getItem(REFRESH);
    if (refreshToken === null) return null;
    try {
      return await oidc.renew(refreshToken);
    } catch (error) {
      if (!(error instanceof NotLetIn)) throw error;
      // Somebody may have signed in again while we asked.
      if (browser.tab.getItem(REFRESH) === refreshToken) browser.tab.removeItem(REFRESH);
      return null;
    }
  };

  const kept = keepToken(async () => {
    const tokens = await renewed();
    if (tokens) return keep(tokens);
    // Nothing is lost by waiting: what does not need a token, such as parts that are signed, goes on.
    if (state !== 'signed-out' && state !== 'ended')
      become(state === 'signed-in' ? 'ended' : 'signed-out', problem);
    await signedIn.passed;
    return lastGiven;
  }, now);

  const finish = async (answer: URLSearchParams, attempt: Attempt) => {
    const tokens = await oidc.finish(answer, attempt);
    lastGiven = { value: tokens.accessToken, expiresAt: now() + tokens.expiresInSeconds * 1000 };
    kept.set(lastGiven);
    keep(tokens);
  };

  const forget = () => {
    browser.tab.removeItem(REFRESH);
    kept.set(null);
  };

  browser.onTold((message) => {
    if (message.kind === 'signed-out') {
      forget();
      if (state === 'signed-in') become('ended');
      return;
    }
    const answer = new URLSearchParams(message.query);
    const attempt = inWindow;
    if (!attempt || answer.get('state') !== attempt.state) return;
    inWindow = null;
    finish(answer, attempt).catch((error: unknown) => become(state, wordsFor(error)));
  });

  return {
    getToken: kept.get,
    state: () => state,
    problem: () => problem,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async signIn() {
      const { attempt, address } = await oidc.begin();
      if (state === 'ended') {
        inWindow = attempt;
        if (!browser.openWindow(address))
          become('ended', 'The browser did not open the window to sign in; allow it for this page.');
        return;
      }
      const pending: Pending = { ...attempt, returnTo: browser.place() };
      browser.tab.setItem(PENDING, JSON.stringify(pending));
      browser.leaveFor(address);
    },
    canSignOut: () => state === 'signed-in',
    async signOut() {
      const refreshToken = browser.tab.getItem(REFRESH);
      forget();
      browser.tellTabs({ kind: 'signed-out' });
      become('signed-out');
      if (refreshToken !== null) await oidc.revoke(refreshToken).catch(() => undefined);
      const address = await oidc.signOutAddress();
      if (address !== null) browser.leaveFor(address);
    },
    async land() {
      const answer = browser.answer();
      if (!answer) return 'here';
      const pending = pendingIn(browser);
      if (!pending || answer.get('state') !== pending.state) {
        // Of a window that another tab has opened, or of nobody's: it is of no use to us.
        browser.tellTabs({ kind: 'answer', query: answer.toString() });
        browser.replacePlace('/');
        browser.closeWindow();
        return 'elsewhere';
      }
      browser.tab.removeItem(PENDING);
      // The code must not be in the history, nor in an address that somebody copies.
      browser.replacePlace(pending.returnTo);
      try {
        await finish(answer, pending);
      } catch (error) {
        become('signed-out', wordsFor(error));
      }
      return 'here';
    },
  };
}

/** What waits passes once it is opened. */
function closedGate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

function pendingIn(browser: Browser): Pending | null {
  try {
    return JSON.parse(browser.tab.getItem(PENDING) ?? 'null') as Pending | null;
  } catch {
    return null;
  }
}

function wordsFor(error: unknown): string {
  if (error instanceof NotLetIn) return `You were not signed in: ${error.message}`;
  return 'The sign-in service could not be reached. Try again in a moment.';
}
