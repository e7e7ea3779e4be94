import type { Browser, TabMessage } from '../oidc-session.ts';

export interface FakeBrowser extends Browser {
  /** As the person sees it. */
  address: string;
  readonly left: string[];
  readonly windows: string[];
  readonly told: TabMessage[];
  isWindowAllowed: boolean;
  isClosed: boolean;
  readonly kept: Map<string, string>;
  /** Another tab says something. */
  hear(message: TabMessage): void;
}

/** A tab whose address, windows and storage are in the hands of the test. */
export function fakeBrowser(address = '/', kept = new Map<string, string>()): FakeBrowser {
  const listeners: ((message: TabMessage) => void)[] = [];
  const browser: FakeBrowser = {
    origin: 'https://edf.example',
    address,
    left: [],
    windows: [],
    told: [],
    isWindowAllowed: true,
    isClosed: false,
    kept,
    place: () => browser.address,
    answer: () => {
      const { pathname, searchParams } = new URL(browser.address, browser.origin);
      return pathname === '/' && searchParams.has('state') ? searchParams : null;
    },
    replacePlace: (place) => (browser.address = place),
    leaveFor: (to) => browser.left.push(to),
    openWindow: (to) => (browser.windows.push(to), browser.isWindowAllowed),
    closeWindow: () => (browser.isClosed = true),
    tab: {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    },
    tellTabs: (message) => browser.told.push(message),
    onTold: (listener) => listeners.push(listener),
    hear: (message) => listeners.forEach((listener) => listener(message)),
  };
  return browser;
}
