import { keepToken } from './kept-token.ts';
import { answerOf } from './session-answer.ts';
import type { Session, SessionDeps } from './session.ts';

/** This machine's own user: the server gives a token to whoever has its page. */
export function createLocalSession(tokenUrl: string, deps: SessionDeps): Session {
  const kept = keepToken(async () => {
    const answer = (await answerOf(await deps.fetch(tokenUrl, { method: 'POST' }))) as {
      accessToken: string;
      expiresAt: string | number;
    };
    return { value: answer.accessToken, expiresAt: instantOf(answer.expiresAt) };
  }, deps.now);
  return {
    getToken: kept.get,
    state: () => 'signed-in',
    problem: () => null,
    subscribe: () => () => undefined,
    signIn: () => Promise.resolve(),
    canSignOut: () => false,
    signOut: () => Promise.resolve(),
    land: () => Promise.resolve('here'),
  };
}

function instantOf(expiresAt: string | number): number {
  if (typeof expiresAt === 'number') return expiresAt < 1e12 ? expiresAt * 1000 : expiresAt;
  const instant = Date.parse(expiresAt);
  return Number.isNaN(instant) ? 0 : instant;
}
