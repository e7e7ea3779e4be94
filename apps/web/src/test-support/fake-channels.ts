import type { Channel } from '../api/tab-group.ts';

/** The channels of one browser: what is said in one tab is heard in all others, a little later. */
export function fakeChannels(): (name: string) => Channel {
  const open = new Map<string, Set<(message: unknown) => void>>();
  return (name) => {
    const inside = open.get(name) ?? new Set();
    open.set(name, inside);
    const listeners = new Set<(event: MessageEvent) => void>();
    const hear = (message: unknown) => {
      for (const listener of listeners) listener({ data: message } as MessageEvent);
    };
    inside.add(hear);
    return {
      postMessage: (message: unknown) => {
        const copy = structuredClone(message);
        for (const other of inside)
          if (other !== hear) queueMicrotask(() => inside.has(other) && other(copy));
      },
      addEventListener: (_type: string, listener: never) => void listeners.add(listener),
      close: () => void inside.delete(hear),
    };
  };
}
