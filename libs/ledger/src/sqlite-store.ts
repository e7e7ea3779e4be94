import { DatabaseSync } from 'node:sqlite';
import { createGroupCommit } from './group-commit.ts';
import type { Expectation, IndexName, Item, Key, LedgerStore, Query, Write } from './ledger-store.ts';
import { StoreUnavailable, WriteConflict, assertOneTransaction } from './ledger-store.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS item (
    pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, writer TEXT NOT NULL,
    expires_at INTEGER, indexes TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (pk, sk)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS index_entry (
    name TEXT NOT NULL, partition TEXT NOT NULL, sort TEXT NOT NULL, pk TEXT NOT NULL, sk TEXT NOT NULL,
    PRIMARY KEY (name, partition, sort, pk, sk)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
`;

interface StoredItem {
  pk: string;
  sk: string;
  version: number;
  writer: string;
  expires_at: number | null;
  indexes: string;
  data: string;
}

/** The ledger in one SQLite file (write-ahead log, fsync at every commit), for one process. */
export interface SqliteLedgerStore extends LedgerStore {
  /** Drops items whose `expiresAt` has passed; returns how many. */
  dropExpired(now: Date): number;
  close(): void;
}

/** @param path of the database file, or `:memory:` */
export function openSqliteLedgerStore(path: string): SqliteLedgerStore {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  database.exec(schema);

  const select = database.prepare('SELECT * FROM item WHERE pk = ? AND sk = ?');
  const selectVersion = database.prepare('SELECT version, indexes FROM item WHERE pk = ? AND sk = ?');
  const upsert = database.prepare(
    `INSERT INTO item (pk, sk, version, writer, expires_at, indexes, data) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (pk, sk) DO UPDATE SET version = excluded.version, writer = excluded.writer,
       expires_at = excluded.expires_at, indexes = excluded.indexes, data = excluded.data`,
  );
  const remove = database.prepare('DELETE FROM item WHERE pk = ? AND sk = ?');
  const addEntry = database.prepare(
    'INSERT INTO index_entry (name, partition, sort, pk, sk) VALUES (?, ?, ?, ?, ?)',
  );
  const removeEntry = database.prepare(
    'DELETE FROM index_entry WHERE name = ? AND partition = ? AND sort = ? AND pk = ? AND sk = ?',
  );

  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };

  const assertHolds = (key: Key, expect: Expectation) => {
    const stored = selectVersion.get(key.pk, key.sk) as { version: number } | undefined;
    const holds = expect === 'absent' ? stored === undefined : stored?.version === expect;
    if (!holds) throw new WriteConflict({ pk: key.pk, sk: key.sk });
  };

  const dropEntries = (key: Key) => {
    const stored = selectVersion.get(key.pk, key.sk) as { indexes: string } | undefined;
    if (!stored) return;
    for (const [name, entry] of entriesOf(JSON.parse(stored.indexes) as Item['indexes'])) {
      removeEntry.run(name, entry.partition, entry.sort, key.pk, key.sk);
    }
  };

  const carryOut = (write: Write) => {
    if (write.kind === 'check') return;
    const key = write.kind === 'put' ? write.item : write.key;
    dropEntries(key);
    if (write.kind === 'delete') {
      remove.run(key.pk, key.sk);
      return;
    }
    const { item } = write;
    const data = JSON.stringify(item.data);
    upsert.run(
      item.pk,
      item.sk,
      item.version,
      item.writer,
      item.expiresAt ?? null,
      JSON.stringify(item.indexes),
      data,
    );
    for (const [name, entry] of entriesOf(item.indexes))
      addEntry.run(name, entry.partition, entry.sort, item.pk, item.sk);
  };

  const reporting = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw isFromSqlite(error) ? asUnavailable(error) : error;
    }
  };

  const inTransaction = <T>(work: () => T): T =>
    reporting(() => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });

  const committer = createGroupCommit(database, (error) =>
    isFromSqlite(error) ? asUnavailable(error) : error,
  );

  return {
    async get(key) {
      const row = reporting(() => select.get(key.pk, key.sk)) as StoredItem | undefined;
      return row ? itemFrom(row) : null;
    },

    async write(writes) {
      assertOneTransaction(writes);
      // The commit comes later; what is written is what was there now.
      const copied = structuredClone(writes);
      await committer.add(() => {
        for (const write of copied) assertHolds(write.kind === 'put' ? write.item : write.key, write.expect);
        for (const write of copied) carryOut(write);
      });
    },

    async query(query) {
      const { sql, parameters } = selectFor(query);
      const rows = reporting(() => prepared(sql).all(...parameters)) as unknown as StoredItem[];
      return rows.map(itemFrom);
    },

    dropExpired(now) {
      return inTransaction(() => {
        const expired = database
          .prepare('SELECT pk, sk FROM item WHERE expires_at IS NOT NULL AND expires_at < ? LIMIT 1000')
          .all(Math.floor(now.getTime() / 1000)) as unknown as Key[];
        for (const key of expired) {
          dropEntries(key);
          remove.run(key.pk, key.sk);
        }
        return expired.length;
      });
    },

    close() {
      committer.flush();
      database.close();
    },
  };
}

function entriesOf(indexes: Item['indexes']) {
  return Object.entries(indexes) as [IndexName, NonNullable<Item['indexes'][IndexName]>][];
}

function itemFrom(row: StoredItem): Item {
  return {
    pk: row.pk,
    sk: row.sk,
    version: row.version,
    writer: row.writer,
    indexes: JSON.parse(row.indexes) as Item['indexes'],
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    data: JSON.parse(row.data) as unknown,
  };
}

function selectFor({ index, partition, from, before, descending, limit }: Query) {
  const isPrimary = index === 'primary';
  const sort = isPrimary ? 'item.sk' : 'entry.sort';
  const parameters: (string | number)[] = isPrimary ? [partition] : [index, partition];
  let where = isPrimary ? 'item.pk = ?' : 'entry.name = ? AND entry.partition = ?';
  if (from !== undefined) {
    where += ` AND ${sort} >= ?`;
    parameters.push(from);
  }
  if (before !== undefined) {
    where += ` AND ${sort} < ?`;
    parameters.push(before);
  }
  parameters.push(limit);
  const source = isPrimary
    ? 'item'
    : 'index_entry AS entry JOIN item ON item.pk = entry.pk AND item.sk = entry.sk';
  const sql = `SELECT item.* FROM ${source} WHERE ${where} ORDER BY ${sort} ${descending ? 'DESC' : 'ASC'} LIMIT ?`;
  return { sql, parameters };
}

interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  readonly errcode: number;
}

const isFromSqlite = (error: unknown): error is SqliteError =>
  (error as { code?: unknown } | null)?.code === 'ERR_SQLITE_ERROR';

const SQLITE_FULL = 13;

function asUnavailable(error: SqliteError): StoreUnavailable {
  return error.errcode === SQLITE_FULL
    ? new StoreUnavailable('store-full', 'the disk that holds the ledger is full', { cause: error })
    : new StoreUnavailable('store-unavailable', `the ledger's database failed: ${error.message}`, {
        cause: error,
      });
}
