import { useSyncExternalStore } from 'react';
import { useServices } from '../services.ts';

/** Nothing where nobody signs in. */
export function SignOutButton() {
  const { session } = useServices();
  const canSignOut = useSyncExternalStore(session.subscribe, session.canSignOut);
  if (!canSignOut) return null;
  return (
    <button type="button" onClick={() => void session.signOut()}>
      Sign out
    </button>
  );
}
