import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';

/** A column of a table; `nullable` columns may hold null. */
export interface ParquetColumn<Row> {
  readonly name: string;
  readonly type: 'INT32' | 'INT64' | 'DOUBLE' | 'STRING';
  readonly nullable?: boolean;
  readonly value: (row: Row) => number | bigint | string | null;
}

/** A night of 16 signals is one group; of longer recordings no more than one group is in memory as values. */
const rowsPerGroup = 16_384;

/**
 * A Parquet file (Snappy) of some rows. The same rows give the same bytes, everywhere: the compressor is JavaScript,
 * and the file holds neither a time nor a version of this program.
 *
 * @param schemaVersion stands in the file's key-value metadata as `schemaVersion`
 */
export function parquetFile<Row>(
  rows: readonly Row[],
  columns: readonly ParquetColumn<Row>[],
  schemaVersion: number,
): Uint8Array {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({
      columnData: columns.map(({ name, type, nullable = false }) => ({ name, type, nullable, data: [] })),
    }),
    codec: 'SNAPPY',
    createdBy: 'edf-pipeline',
    kvMetadata: [{ key: 'schemaVersion', value: String(schemaVersion) }],
  });
  for (let start = 0; start < rows.length; start += rowsPerGroup) {
    const group = rows.slice(start, start + rowsPerGroup);
    const columnData = columns.map(({ name, value }) => ({ name, data: group.map(value) }));
    void writer.write({ columnData, rowGroupSize: rowsPerGroup });
  }
  void writer.finish();
  return new Uint8Array(bytes.getBuffer());
}
