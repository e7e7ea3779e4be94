import type { Session } from './session.ts';

/** The tabs of this browser in which the same person is signed in: one of them leads. */
export interface TabGroup<Message> {
  /** Aborted when this tab is none of them any more. */
  readonly signal: AbortSignal;
  /** Tells all other tabs. */
  say(message: Message): void;
  onHeard(listener: (message: Message) => void): void;
  /** Runs `work` as long as this tab leads, once no other tab does. Ends when it is none of them any more. */
  lead(work: () => Promise<void>): Promise<void>;
}

/** What of a BroadcastChannel is needed. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'>;

export interface TabGroupDeps {
  readonly session: Pick<Session, 'getToken' | 'state' | 'subscribe'>;
  /** Absent in old browsers: then every tab leads itself. */
  readonly locks: LockManager | undefined;
  readonly openChannel: ((name: string) => Channel) | undefined;
}

/** A tab that is alone: it leads, and nobody hears it. */
export function aloneUntil<Message>(signal: AbortSignal): TabGroup<Message> {
  return { signal, say: () => undefined, onHeard: () => undefined, lead: (work) => work() };
}

/**
 * Joins the tabs of the person who is signed in, and leaves them when that session ends: another person in another tab
 * hears nothing, and who has no session leads nobody. Waits until somebody is signed in.
 *
 * @throws whatever `getToken` throws
 */
export async function joinTabs<Message>(
  name: string,
  { session, locks, openChannel }: TabGroupDeps,
  pageSignal?: AbortSignal,
): Promise<TabGroup<Message>> {
  const place = `${name}:${personOf(await session.getToken())}`;
  const left = new AbortController();
  const leave = () => left.abort();
  const { signal } = left;
  if (pageSignal?.aborted) leave();
  pageSignal?.addEventListener('abort', leave, { once: true });
  const unsubscribe = session.subscribe(() => session.state() !== 'signed-in' && leave());
  signal.addEventListener('abort', unsubscribe, { once: true });
  if (!locks || !openChannel) return aloneUntil(signal);

  const channel = openChannel(place);
  signal.addEventListener('abort', () => channel.close(), { once: true });
  return {
    signal,
    say: (message) => !signal.aborted && channel.postMessage(message),
    onHeard: (listener) =>
      channel.addEventListener('message', ({ data }: MessageEvent<Message>) => listener(data)),
    lead: (work) =>
      locks.request(place, { signal }, work).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      }),
  };
}

/**
 * Whose token it is, and for which organisation: the claims that the API goes by (apps/gateway, access-token.ts). A
 * token without claims is that of this machine's only user.
 */
export function personOf(token: string): string {
  const [, payload = ''] = token.split('.');
  try {
    const bytes = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const { iss, sub, 'cognito:groups': groups } = JSON.parse(bytes) as Record<string, unknown>;
    return JSON.stringify([iss, sub, Array.isArray(groups) ? [...groups].sort() : []]);
  } catch {
    return 'this machine';
  }
}
