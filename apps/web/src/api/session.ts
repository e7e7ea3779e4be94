interface AppConfig {
  readonly auth: { readonly kind: 'local'; readonly tokenUrl: string };
}

/** No access token can be had; `message` is for people. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}

/** Seconds before its expiry at which a token is renewed. */
const renewAheadSeconds = 60;

export interface Session {
  /** A token that is valid for another minute at least; with `refresh` a new one whatever the old one says. */
  getToken(options?: { refresh?: boolean }): Promise<string>;
}

/** Gets access tokens as the server's `app-config.json` tells; many callers at once cause one request. */
export function createSession(deps: { fetch: typeof fetch; now: () => number }): Session {
  let config: AppConfig | null = null;
  let token: { value: string; expiresAt: number } | null = null;
  let underWay: Promise<string> | null = null;

  async function acquire(): Promise<string> {
    config ??= (await answerOf(await deps.fetch('/app-config.json'))) as AppConfig;
    if (config.auth?.kind !== 'local') {
      throw new SessionError(
        'This server wants a way of signing in that this page does not know. Reload the page.',
      );
    }
    const answer = (await answerOf(await deps.fetch(config.auth.tokenUrl, { method: 'POST' }))) as {
      accessToken: string;
      expiresAt: string | number;
    };
    token = { value: answer.accessToken, expiresAt: instantOf(answer.expiresAt) };
    return token.value;
  }

  return {
    async getToken(options) {
      const isFresh = token !== null && token.expiresAt - deps.now() > renewAheadSeconds * 1000;
      if (token && isFresh && !options?.refresh) return token.value;
      underWay ??= acquire().finally(() => {
        underWay = null;
      });
      return underWay;
    },
  };
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  await response.body?.cancel();
  // A TypeError is what fetch throws for a network that fails: callers repeat it.
  if (response.status >= 500) throw new TypeError(`the server answered ${response.status}`);
  throw new SessionError(
    `The server did not let this page in (${response.status}). Open it on this machine's own address.`,
  );
}

function instantOf(expiresAt: string | number): number {
  if (typeof expiresAt === 'number') return expiresAt < 1e12 ? expiresAt * 1000 : expiresAt;
  const instant = Date.parse(expiresAt);
  return Number.isNaN(instant) ? 0 : instant;
}
