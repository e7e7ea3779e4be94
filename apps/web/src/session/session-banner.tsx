import { useSyncExternalStore } from 'react';
import { useServices } from '../services.ts';
import { visibleText } from '../text/visible-text.ts';
import { useSignIn } from './use-sign-in.ts';

/** A session that has ended while the page is open: signing in again must not cost what is under way. */
export function SessionBanner() {
  const { session } = useServices();
  const state = useSyncExternalStore(session.subscribe, session.state);
  const problem = useSyncExternalStore(session.subscribe, session.problem);
  const { signIn, isUnderWay, failure } = useSignIn(session);
  if (state !== 'ended') return null;
  return (
    <div className="banner banner-warning" role="alert">
      <strong>Your sign-in has ended.</strong> {visibleText(failure ?? problem ?? '')} Parts of uploads that
      are under way still arrive; everything else waits until you have signed in again.{' '}
      <button type="button" onClick={signIn} disabled={isUnderWay}>
        Sign in again
      </button>
    </div>
  );
}
