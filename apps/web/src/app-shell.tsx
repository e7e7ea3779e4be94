import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Connection } from './api/live-changes.ts';
import { DropTarget } from './files/drop-target.tsx';
import { useServices } from './services.ts';
import { SessionBanner } from './session/session-banner.tsx';
import { SignOutButton } from './session/sign-out-button.tsx';
import { UploadTray } from './uploads/upload-tray.tsx';

/** What is around every page: heading, drop target, connection, tray. */
export function AppShell() {
  const { live, uploads } = useServices();
  const told = useSyncExternalStore(live.subscribe, live.connection);
  const isOnline = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  const connection = isOnline ? told : 'reconnecting';
  const main = useFocusOnNewPage();
  // What is dropped there must not leave.
  const isDeidentifying = useLocation({ select: ({ pathname }) => pathname === '/deidentify' });
  return (
    <DropTarget onFiles={isDeidentifying ? null : (files, unreadable) => void uploads.add(files, unreadable)}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <TraceMark />
          EDF recordings
        </Link>
        <Link to="/deidentify" className="button-quiet">
          De-identify
        </Link>
        <ConnectionState connection={connection} />
        <SignOutButton />
      </header>
      <SessionBanner />
      <OfflineBanner connection={connection} />
      <main className="main" id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <UploadTray />
    </DropTarget>
  );
}

/** What had the focus is gone with the page before: keyboards and screen readers go on at the new one. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

function ConnectionState({ connection }: { connection: Connection }) {
  const words = { connecting: 'connecting', live: 'live', reconnecting: 'no connection' }[connection];
  return (
    <span className={`connection connection-${connection}`} title="Changes are shown as they happen">
      <span className="dot" aria-hidden="true" />
      {words}
    </span>
  );
}

/** Appears after three seconds without connection: shorter cuts heal unseen. */
function OfflineBanner({ connection }: { connection: Connection }) {
  const [isShown, setIsShown] = useState(false);
  const isCut = connection === 'reconnecting';
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(isCut), isCut ? 3000 : 0);
    return () => clearTimeout(timer);
  }, [isCut]);
  if (!isShown) return null;
  return (
    <div className="banner banner-warning" role="status">
      <strong>No connection to the server.</strong> This page tries again by itself. Uploads wait and go on
      where they were.
    </div>
  );
}

function subscribeToNetwork(listener: () => void): () => void {
  const listening = new AbortController();
  window.addEventListener('online', listener, { signal: listening.signal });
  window.addEventListener('offline', listener, { signal: listening.signal });
  return () => listening.abort();
}

function TraceMark() {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M2 17h6l2-6 4 13 4-18 4 15 2-4h6"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
