import { QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { AppShell } from './app-shell.tsx';
import { RecordingsPage } from './recordings/recordings-page.tsx';
import type { Services } from './services.ts';
import { ServicesContext } from './services.ts';
import { SignInPage } from './session/sign-in-page.tsx';

// The viewer is as large as all the rest: the list does not wait for it.
const RecordingPage = lazy(async () => ({
  default: (await import('./recording/recording-page.tsx')).RecordingPage,
}));

// Few need it, and it brings the whole of reading and writing with it.
const DeidentifyPage = lazy(async () => ({
  default: (await import('./deidentify/deidentify-page.tsx')).DeidentifyPage,
}));

type Search = Record<string, string>;

const root = createRootRoute({ component: AppShell, notFoundComponent: NotFound });
const recordings = createRoute({ getParentRoute: () => root, path: '/', component: RecordingsPage });
const recording = createRoute({
  getParentRoute: () => root,
  path: '/recordings/$recordingId',
  validateSearch: (search: Record<string, unknown>): Search =>
    Object.fromEntries(
      Object.entries(search).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
  component: function RecordingRoute() {
    const { recordingId } = recording.useParams();
    return (
      <Suspense fallback={<p className="page">Reading the recording…</p>}>
        <RecordingPage key={recordingId} recordingId={recordingId} />
      </Suspense>
    );
  },
});

const deidentify = createRoute({
  getParentRoute: () => root,
  path: '/deidentify',
  component: () => (
    <Suspense fallback={<p className="page">One moment…</p>}>
      <DeidentifyPage />
    </Suspense>
  ),
});

function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([recordings, recording, deidentify]),
    // Addresses are read and written by people too: plain parameters, no JSON in them.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => value !== undefined) as [string, string][];
      const text = new URLSearchParams(given).toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
      return text === '' ? '' : `?${text}`;
    },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

export function App({ services }: { services: Services }) {
  const { session } = services;
  const state = useSyncExternalStore(session.subscribe, session.state);
  if (state === 'signed-out') return <SignInPage session={session} />;
  return <SignedInApp services={services} />;
}

function SignedInApp({ services }: { services: Services }) {
  const [router] = useState(createAppRouter);
  return (
    <ServicesContext value={services}>
      <QueryClientProvider client={services.queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ServicesContext>
  );
}

function NotFound() {
  return (
    <div className="page">
      <h1>There is nothing here</h1>
      <p>
        The address may be mistyped, or the recording was deleted. <a href="/">All recordings</a>
      </p>
    </div>
  );
}
