import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';

const MiB = 1024 * 1024;

/** A file system of its own that is full soon. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes room until only so many bytes are left. */
  fillUpTo(freeBytes: number): void;
  /** Gives that room back. */
  free(): void;
  freeBytes(): number;
  unmount(): void;
}

/** Mounts a tmpfs; null where that is not permitted (only root may). */
export function mountSmallDisk(folder: string, mebibytes: number): SmallDisk | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'edf-test', folder], {
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  const ballast = path.join(folder, 'ballast');
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    freeBytes,
    fillUpTo(wanted) {
      const file = openSync(ballast, 'a');
      const zeros = Buffer.alloc(64 * 1024);
      for (let left = freeBytes() - wanted; left > 0; left = freeBytes() - wanted)
        writeSync(file, zeros, 0, Math.min(left, zeros.length));
      fsyncSync(file);
      closeSync(file);
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void execFileSync('umount', ['-l', folder]),
  };
}

export const mebibytes = (count: number) => count * MiB;
