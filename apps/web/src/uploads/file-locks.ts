interface FileIdentity {
  readonly name: string;
  readonly byteLength: number;
  readonly lastModified: number;
}

/** Keeps two tabs of this browser from uploading the same file at the same time. */
export interface FileLocks {
  /** Runs `work` while this tab has the file; `work(false)` at once when another tab has it. */
  hold(file: FileIdentity, work: (isOurs: boolean) => Promise<void>): Promise<void>;
  isHeldElsewhere(file: FileIdentity): Promise<boolean>;
  /** Runs `then` when no tab has the file any more. */
  whenFree(file: FileIdentity, then: () => Promise<void>): Promise<void>;
}

/** @param locks absent in old browsers: then tabs are not kept apart */
export function createFileLocks(locks: LockManager | undefined): FileLocks {
  const nameOf = ({ name, byteLength, lastModified }: FileIdentity) =>
    `edf-upload:${name}:${byteLength}:${lastModified}`;
  return {
    async hold(file, work) {
      if (!locks) return work(true);
      await locks.request(nameOf(file), { ifAvailable: true }, (lock) => work(lock !== null));
    },
    async isHeldElsewhere(file) {
      if (!locks) return false;
      return locks.request(nameOf(file), { ifAvailable: true }, async (lock) => lock === null);
    },
    async whenFree(file, then) {
      await locks?.request(nameOf(file), then);
    },
  };
}
