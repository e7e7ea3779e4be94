import type { Pool } from './rows.ts';

/** Up to how many estimated seconds a job belongs to a pool; what is longer than all of them is `huge`. */
export interface RoutingSettings {
  /** How much of a recording the default pipeline works off in a second. */
  readonly bytesPerSecond: number;
  /** 0: nothing is tiny. */
  readonly tinySeconds: number;
  /** Infinity: everything is small. */
  readonly smallSeconds: number;
  readonly largeSeconds: number;
}

/** One machine, or a cluster without an executor for anything else: everything is small. */
export const onePool: RoutingSettings = {
  bytesPerSecond: 50 * 1024 ** 2,
  tinySeconds: 0,
  smallSeconds: Infinity,
  largeSeconds: Infinity,
};

/** Chooses the pool of a job by the time that it will take. */
export function createRouting(settings: RoutingSettings): (byteLength: number) => Pool {
  return (byteLength) => {
    const seconds = byteLength / settings.bytesPerSecond;
    if (settings.tinySeconds > 0 && seconds <= settings.tinySeconds) return 'tiny';
    if (seconds <= settings.smallSeconds) return 'small';
    return seconds <= settings.largeSeconds ? 'large' : 'huge';
  };
}
