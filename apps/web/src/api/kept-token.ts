/** Seconds before its expiry at which a token is renewed. */
const renewAheadSeconds = 60;

export interface NewToken {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface KeptToken {
  get(options?: { refresh?: boolean }): Promise<string>;
  set(token: NewToken | null): void;
}

/** Keeps a token in memory until a minute before it expires; many callers at once cause one request. */
export function keepToken(acquire: () => Promise<NewToken>, now: () => number): KeptToken {
  let token: NewToken | null = null;
  let underWay: Promise<string> | null = null;
  return {
    set: (next) => (token = next),
    async get(options) {
      const isFresh = token !== null && token.expiresAt - now() > renewAheadSeconds * 1000;
      if (token && isFresh && !options?.refresh) return token.value;
      underWay ??= acquire()
        .then((next) => (token = next).value)
        .finally(() => {
          underWay = null;
        });
      return underWay;
    },
  };
}
