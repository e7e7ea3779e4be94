import { SessionError } from './session-answer.ts';
import { createSession } from './session.ts';
import { fakeBrowser } from './test-support/fake-browser.ts';

function server(initialStatus = 200) {
  let status = initialStatus;
  let now = 0;
  let tokens = 0;
  const fetch = (async (url: string) => {
    if (url === '/app-config.json')
      return Response.json({ auth: { kind: 'local', tokenUrl: '/local/token' } });
    tokens++;
    return Response.json(
      { accessToken: `token-${tokens}`, expiresAt: new Date(now + 600_000).toISOString() },
      { status },
    );
  }) as unknown as typeof globalThis.fetch;
  return {
    session: createSession({ fetch, now: () => now, browser: fakeBrowser() }),
    answerWith: (next: number) => (status = next),
    advance: (seconds: number) => (now += seconds * 1000),
  };
}

test('one token serves many callers until a minute before it expires', async () => {
  const { session, advance } = server();
  expect(await Promise.all([session.getToken(), session.getToken()])).toEqual(['token-1', 'token-1']);
  advance(500);
  expect(await session.getToken()).toBe('token-1');
  advance(50);
  expect(await session.getToken()).toBe('token-2');
});

test('after an idle hour the next call has a new token', async () => {
  const { session, advance } = server();
  await session.getToken();
  advance(3600);
  expect(await Promise.all([session.getToken(), session.getToken()])).toEqual(['token-2', 'token-2']);
});

test('a token that could not be had is asked for again', async () => {
  const failing = server(502);
  await expect(failing.session.getToken()).rejects.toBeInstanceOf(TypeError);
  failing.answerWith(200);
  expect(await failing.session.getToken()).toBe('token-2');
});

test('a refused token is replaced at once', async () => {
  const { session } = server();
  await session.getToken();
  expect(await session.getToken({ refresh: true })).toBe('token-2');
});

test('a server that lets nobody in is a session error, one that fails is a network error', async () => {
  await expect(server(403).session.getToken()).rejects.toBeInstanceOf(SessionError);
  await expect(server(502).session.getToken()).rejects.toBeInstanceOf(TypeError);
});
