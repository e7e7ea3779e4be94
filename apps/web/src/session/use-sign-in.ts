import { useState } from 'react';
import type { Session } from '../api/session.ts';

/** Begins to sign in, from a click, and says when that did not work. */
export function useSignIn(session: Session) {
  const [isUnderWay, setIsUnderWay] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const signIn = () => {
    setIsUnderWay(true);
    setFailure(null);
    session
      .signIn()
      .catch(() => setFailure('The sign-in service could not be reached. Try again in a moment.'))
      .finally(() => setIsUnderWay(false));
  };
  return { signIn, isUnderWay, failure };
}
