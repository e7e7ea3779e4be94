import type { FileIdentity } from './upload-item.ts';

/** Keeps two tabs of this browser from uploading the same file at the same time. */
export interface FileLocks {
  /**
   * Runs `work` while this tab has the file; `work(false)` at once when another tab has it. Ends when the file has been
   * given back.
   */
  hold(file: FileIdentity, work: (isOurs: boolean) => Promise<void> | void): Promise<void>;
  isHeldElsewhere(file: FileIdentity): Promise<boolean>;
  /** Ends when no tab has the file any more; another one may take it right then. */
  whenFree(file: FileIdentity): Promise<void>;
}

/** @param locks absent in old browsers: then tabs are not kept apart */
export function createFileLocks(locks: LockManager | undefined): FileLocks {
  const nameOf = ({ name, byteLength, lastModified }: FileIdentity) =>
    `edf-upload:${name}:${byteLength}:${lastModified}`;
  return {
    async hold(file, work) {
      if (locks) await locks.request(nameOf(file), { ifAvailable: true }, (lock) => work(lock !== null));
      else await work(true);
    },
    async isHeldElsewhere(file) {
      if (!locks) return false;
      return locks.request(nameOf(file), { ifAvailable: true }, async (lock) => lock === null);
    },
    async whenFree(file) {
      await locks?.request(nameOf(file), () => undefined);
    },
  };
}
