import type { Key } from '../ledger-store.ts';

/** DynamoDB will never take this write; trying again does not help. */
export class WriteNotStorable extends Error {
  readonly code: 'item-too-large' | 'key-not-storable' | 'transaction-too-large' | 'refused-by-dynamodb';
  /** The item at fault; the first of a transaction that is refused as a whole. */
  readonly key: Key;
  /** Of the item, or of all items of the transaction. */
  readonly byteLength: number;

  constructor(
    code: WriteNotStorable['code'],
    key: Key,
    byteLength: number,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'WriteNotStorable';
    this.code = code;
    this.key = key;
    this.byteLength = byteLength;
  }
}

/** The table, or the client for it, is not what the ledger needs: an operator has to act. */
export class LedgerTableUnusable extends Error {
  readonly code: 'table-missing' | 'table-differs' | 'access-denied' | 'client-retries';
  readonly tableName: string;

  constructor(
    code: LedgerTableUnusable['code'],
    tableName: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'LedgerTableUnusable';
    this.code = code;
    this.tableName = tableName;
  }
}

export const tableMissing = (tableName: string, cause: unknown) =>
  new LedgerTableUnusable(
    'table-missing',
    tableName,
    `there is no table ${tableName} in this account, region and endpoint; create it from tableDefinition('${tableName}'), ` +
      `or correct the table name, the region or AWS_ENDPOINT_URL_DYNAMODB`,
    { cause },
  );

export const accessDenied = (tableName: string, cause: unknown) =>
  new LedgerTableUnusable(
    'access-denied',
    tableName,
    `these credentials may not use table ${tableName}: ${(cause as Error).message}; ` +
      'attach the policy of docs/adr/0011-dynamodb-ledger.md to the role of this process',
    { cause },
  );
