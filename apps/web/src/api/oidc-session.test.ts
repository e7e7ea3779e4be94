import { createSession } from './session.ts';
import type { Session } from './session.ts';
import { fakeBrowser } from './test-support/fake-browser.ts';
import type { FakeBrowser } from './test-support/fake-browser.ts';
import { fakeIssuer } from './test-support/fake-issuer.ts';
import type { FakeIssuer } from './test-support/fake-issuer.ts';

let issuer: FakeIssuer;
let now: number;
beforeEach(() => {
  issuer = fakeIssuer();
  now = 0;
});

/** The page as it is after it was opened in this tab. */
const opened = (browser: FakeBrowser): Session =>
  createSession({ fetch: issuer.fetch, now: () => now, browser });

const tick = () => new Promise((resolve) => setImmediate(resolve));
async function becomes(session: Session, state: string): Promise<void> {
  for (let ticks = 0; session.state() !== state; ticks++) {
    if (ticks > 10_000) throw new Error(`the session is still ${session.state()}, not ${state}`);
    await tick();
  }
}

/** Somebody who has signed in and come back. */
async function signedIn(at = '/recordings/rec_1?t=30') {
  const before = fakeBrowser(at);
  const first = opened(before);
  void first.getToken();
  await becomes(first, 'signed-out');
  await first.signIn();
  const browser = fakeBrowser(`/?${issuer.letIn(before.left[0] ?? '')}`, before.kept);
  const session = opened(browser);
  const landed = await session.land();
  return { session, browser, landed, left: before.left };
}

/** Somebody whose session has ended while the page is open; `waiting` is a call that needs a token. */
async function ended() {
  const { session, browser } = await signedIn();
  issuer.refreshTokens.clear();
  now += 3_600_000;
  const waiting = session.getToken();
  await becomes(session, 'ended');
  return { session, browser, waiting };
}

describe('signing in', () => {
  it('leaves for the issuer with PKCE, state and nonce, and comes back to the view', async () => {
    const { session, browser, landed, left } = await signedIn();
    const asked = Object.fromEntries(new URL(left[0] ?? '').searchParams);

    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: 'page',
      redirect_uri: 'https://edf.example/',
      scope: 'openid',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43,}$/);
    expect([landed, browser.address, session.state()]).toEqual([
      'here',
      '/recordings/rec_1?t=30',
      'signed-in',
    ]);
    expect(await session.getToken()).toMatch(/^access-/);
  });

  it('keeps nothing of it but the refresh token, in the storage of this tab', async () => {
    const { browser } = await signedIn();

    expect([...browser.kept.keys()]).toEqual(['edf-refresh-token']);
    expect([...browser.kept.values()].join()).not.toContain('access-');
  });

  it('lets calls wait until it is done', async () => {
    const session = opened(fakeBrowser());
    let given: string | null = null;
    void session.getToken().then((token) => (given = token));
    await becomes(session, 'signed-out');
    for (let count = 0; count < 10; count++) await tick();

    expect([given, session.canSignOut()]).toEqual([null, false]);
  });

  it.each([
    ['to nobody’s try', () => '/?code=code-1&state=made-up'],
    ['to nobody’s try, with an error', () => '/?error=access_denied&state=made-up'],
  ])('takes no answer %s, and leaves no trace of it in the address', async (_what, address) => {
    const browser = fakeBrowser(address());
    const session = opened(browser);

    expect(await session.land()).toBe('elsewhere');
    expect([browser.address, browser.isClosed, browser.kept.size]).toEqual(['/', true, 0]);
    expect(issuer.asked.some((url) => url.endsWith('/token'))).toBe(false);
  });

  it('says why it did not work', async () => {
    const before = fakeBrowser('/recordings/rec_1');
    await opened(before).signIn();
    const state = new URL(before.left[0] ?? '').searchParams.get('state');
    const browser = fakeBrowser(
      `/?error=access_denied&error_description=No%20invitation&state=${state}`,
      before.kept,
    );
    const session = opened(browser);
    await session.land();

    expect([session.state(), session.problem()]).toEqual([
      'signed-out',
      'You were not signed in: No invitation',
    ]);
    expect(browser.address).toBe('/recordings/rec_1');
  });

  it('takes no token that was made for another try (nonce), nor a code without its verifier', async () => {
    for (const spoil of ['nonce', 'verifier'] as const) {
      const before = fakeBrowser();
      await opened(before).signIn();
      const answer = issuer.letIn(before.left[0] ?? '', spoil === 'nonce' ? { nonce: 'x' } : {});
      if (spoil === 'verifier') {
        const pending = JSON.parse(before.kept.get('edf-sign-in') ?? '{}');
        before.kept.set('edf-sign-in', JSON.stringify({ ...pending, codeVerifier: 'a'.repeat(43) }));
      }
      const session = opened(fakeBrowser(`/?${answer}`, before.kept));
      await session.land();
      expect([spoil, session.state(), session.problem()]).toEqual([
        spoil,
        'signed-out',
        expect.stringContaining('not signed in'),
      ]);
    }
  });

  it('goes to no issuer that says it is another one', async () => {
    issuer.metadata = { ...issuer.metadata, issuer: 'https://evil.example' };
    const browser = fakeBrowser();

    await expect(opened(browser).signIn()).rejects.toThrow();
    expect(browser.left).toEqual([]);
  });
});

describe('a session', () => {
  it('goes on after a reload', async () => {
    const { browser } = await signedIn();
    const session = opened(fakeBrowser('/', browser.kept));

    expect(await session.getToken()).toMatch(/^access-/);
    expect(session.state()).toBe('signed-in');
  });

  it('has its token renewed before it expires, once for many callers, also where refresh tokens rotate', async () => {
    const { session } = await signedIn();
    const first = await session.getToken();
    now += 3_500_000;
    expect(await session.getToken()).toBe(first);
    now += 50_000;
    issuer.isRotating = true;
    const [second, third] = await Promise.all([session.getToken(), session.getToken()]);
    expect([second === first, second === third]).toEqual([false, true]);
    now += 3_600_000;
    expect(await session.getToken()).not.toBe(second);
  });

  it('has a token that the API refused replaced at once', async () => {
    const { session } = await signedIn();
    const first = await session.getToken();
    expect(await session.getToken({ refresh: true })).not.toBe(first);
  });

  it.each([0, 500, 503])(
    'does not end because the issuer does not answer (%d): callers try again',
    async (status) => {
      const { session, browser } = await signedIn();
      now += 3_600_000;
      issuer.failWith = status;
      await expect(session.getToken()).rejects.toBeInstanceOf(TypeError);
      expect([session.state(), browser.kept.has('edf-refresh-token')]).toEqual(['signed-in', true]);
      issuer.failWith = null;
      expect(await session.getToken()).toMatch(/^access-/);
    },
  );
});

describe('a session that has ended while the page is open', () => {
  it('is signed in to again in a window of its own, and what waited goes on', async () => {
    const { session, browser, waiting } = await ended();
    await session.signIn();
    expect([browser.left, browser.windows.length]).toEqual([[], 1]);
    const popup = fakeBrowser(`/?${issuer.letIn(browser.windows[0] ?? '')}`);
    expect(await opened(popup).land()).toBe('elsewhere');
    expect(popup.isClosed).toBe(true);
    for (const message of popup.told) browser.hear(message);

    expect(await waiting).toMatch(/^access-/);
    expect(session.state()).toBe('signed-in');
  });

  it('takes no answer from another tab that is not to its own try, and still takes its own', async () => {
    const { session, browser, waiting } = await ended();
    browser.hear({ kind: 'answer', query: 'code=code-1&state=made-up' });
    await session.signIn();
    browser.hear({ kind: 'answer', query: 'code=code-1&state=made-up' });
    await tick();
    expect([session.state(), session.problem()]).toEqual(['ended', null]);
    browser.hear({ kind: 'answer', query: issuer.letIn(browser.windows[0] ?? '') });

    expect(await waiting).toMatch(/^access-/);
  });

  it('says so when the browser opens no window', async () => {
    const { session, browser } = await ended();
    browser.isWindowAllowed = false;
    await session.signIn();
    expect([session.state(), session.problem()]).toEqual(['ended', expect.stringContaining('allow it')]);
  });
});

describe('signing out', () => {
  it('ends the session here, at the issuer and in other tabs', async () => {
    const { session, browser } = await signedIn();
    await session.signOut();

    expect([session.state(), browser.kept.size, issuer.refreshTokens.size]).toEqual(['signed-out', 0, 0]);
    expect(browser.told).toEqual([{ kind: 'signed-out' }]);
    expect(browser.left).toEqual([
      'https://people.example/logout?client_id=page&logout_uri=https%3A%2F%2Fedf.example%2F',
    ]);
  });

  it('elsewhere ends it here too', async () => {
    const { session, browser } = await signedIn();
    browser.hear({ kind: 'signed-out' });

    expect([session.state(), browser.kept.size]).toEqual(['ended', 0]);
    let given = false;
    void session.getToken().then(() => (given = true));
    for (let count = 0; count < 10; count++) await tick();
    expect(given).toBe(false);
  });
});
