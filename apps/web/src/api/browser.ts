import type { Browser, TabMessage } from './oidc-session.ts';

const CHANNEL = 'edf-session';

/** The browser that this page is in. */
export function thisBrowser(): Browser {
  const channel = new BroadcastChannel(CHANNEL);
  return {
    origin: location.origin,
    place: () => `${location.pathname}${location.search}${location.hash}`,
    answer: () => {
      const parameters = new URLSearchParams(location.search);
      const isAnswer = parameters.has('state') && (parameters.has('code') || parameters.has('error'));
      return location.pathname === '/' && isAnswer ? parameters : null;
    },
    replacePlace: (place) => history.replaceState(null, '', place),
    leaveFor: (address) => location.assign(address),
    openWindow: (address) => window.open(address, 'edf-sign-in', 'popup,width=520,height=720') !== null,
    closeWindow: () => window.close(),
    tab: sessionStorage,
    tellTabs: (message) => channel.postMessage(message),
    onTold: (listener) =>
      channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => listener(data)),
  };
}
