import { parquetWriteBuffer } from 'hyparquet-writer';

/** A column of a table; `nullable` columns may hold null. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: 'INT32' | 'INT64' | 'DOUBLE' | 'STRING';
  readonly data: ArrayLike<unknown>;
  readonly nullable?: boolean;
}

const rowsPerGroup = 131_072;

/**
 * A Parquet file (Snappy) of columns of equal length. The same columns give the same bytes, everywhere: the
 * compressor is JavaScript, and the file holds neither a time nor a version of this program.
 *
 * @param schemaVersion stands in the file's key-value metadata as `schemaVersion`
 */
export function parquetFile(columns: readonly ParquetColumn[], schemaVersion: number): Uint8Array {
  const columnData = columns.map(({ name, type, data, nullable = false }) => ({
    name,
    type,
    data: Array.from(data),
    nullable,
  }));
  const buffer = parquetWriteBuffer({
    columnData,
    codec: 'SNAPPY',
    rowGroupSize: rowsPerGroup,
    createdBy: 'edf-pipeline',
    kvMetadata: [{ key: 'schemaVersion', value: String(schemaVersion) }],
  });
  return new Uint8Array(buffer);
}
