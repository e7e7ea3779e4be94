import type { DatabaseSync } from 'node:sqlite';

/** Puts the transactions of concurrent callers under one commit, and so under one fsync. */
export interface GroupCommit {
  /**
   * Runs `work` as a transaction of its own: what it throws undoes it alone, and rejects. Resolves once the commit is
   * on disk. Nothing of it can be read before that.
   */
  add(work: () => void): Promise<void>;
  /** Commits what waits, now. */
  flush(): void;
}

interface Waiting {
  readonly work: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An fsync costs more than everything else of a small transaction; callers that come within one turn of the event
 * loop share it. Each is a savepoint, so a conflict of one is nothing to the others.
 *
 * @param describe turns what SQLite throws into what callers expect
 */
export function createGroupCommit(
  database: DatabaseSync,
  describe: (error: unknown) => unknown,
): GroupCommit {
  let waiting: Waiting[] = [];

  const runAll = (group: readonly Waiting[]): Waiting[] => {
    const done: Waiting[] = [];
    database.exec('BEGIN IMMEDIATE');
    for (const each of group) {
      database.exec('SAVEPOINT one');
      try {
        each.work();
        database.exec('RELEASE one');
        done.push(each);
      } catch (error) {
        // SQLite itself undoes everything for some errors (a full disk): then the group is lost, not just this one.
        if (!database.isTransaction) throw error;
        database.exec('ROLLBACK TO one; RELEASE one');
        each.reject(describe(error));
      }
    }
    database.exec('COMMIT');
    return done;
  };

  const flush = () => {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      for (const { resolve } of runAll(group)) resolve();
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      // Rejecting what was rejected or resolved already does nothing.
      for (const { reject } of group) reject(describe(error));
    }
  };

  return {
    add(work) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ work, resolve, reject });
      return promise;
    },
    flush,
  };
}
