/**
 * The locks of one browser, to be handed to what stands for its tabs. As in browsers a lock is free a little after the
 * work that held it has ended, and its promise settles after that.
 */
export function fakeLocks(): LockManager {
  const queues = new Map<string, (() => void)[]>();
  const later = () => new Promise((resolve) => setTimeout(resolve, 0));
  const request = async (
    name: string,
    optionsOrWork: LockOptions | ((lock: Lock | null) => unknown),
    maybeWork?: (lock: Lock | null) => unknown,
  ) => {
    const options = typeof optionsOrWork === 'function' ? {} : optionsOrWork;
    const work = typeof optionsOrWork === 'function' ? optionsOrWork : maybeWork!;
    const waiting = queues.get(name);
    if (waiting && options.ifAvailable) return work(null);
    if (!waiting) queues.set(name, []);
    else
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        options.signal?.addEventListener('abort', () => {
          waiting.splice(waiting.indexOf(resolve) >>> 0, 1);
          reject(options.signal!.reason);
        });
      });
    try {
      return await work({ name, mode: 'exclusive' });
    } finally {
      await later();
      const next = queues.get(name)!.shift();
      if (next) next();
      else queues.delete(name);
    }
  };
  return { request } as never;
}
