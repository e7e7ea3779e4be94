import { useEffect, useSyncExternalStore } from 'react';
import type { Session } from '../api/session.ts';
import { visibleText } from '../text/visible-text.ts';
import { useSignIn } from './use-sign-in.ts';

/** What somebody sees who has not signed in; afterwards they are where they wanted to go. */
export function SignInPage({ session }: { session: Session }) {
  const problem = useSyncExternalStore(session.subscribe, session.problem);
  const { signIn, isUnderWay, failure } = useSignIn(session);
  useEffect(() => {
    document.title = 'Sign in – EDF recordings';
  }, []);
  return (
    <main className="page sign-in">
      <h1>EDF recordings</h1>
      <p>Sign in to upload recordings and to see them analysed.</p>
      {(failure ?? problem) !== null && (
        <p className="problem" role="alert">
          {visibleText(failure ?? problem ?? '')}
        </p>
      )}
      <p>
        <button type="button" className="primary" onClick={signIn} disabled={isUnderWay}>
          Sign in
        </button>
      </p>
    </main>
  );
}
