import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { ParquetColumn } from './parquet-file.ts';
import { parquetFile } from './parquet-file.ts';

const columns: readonly ParquetColumn<number>[] = [
  { name: 'row', type: 'INT32', value: (row) => row },
  { name: 'nanoseconds', type: 'INT64', value: (row) => BigInt(row) * 10n ** 12n },
  { name: 'half', type: 'DOUBLE', nullable: true, value: (row) => (row % 7 === 0 ? null : row / 2) },
  { name: 'text', type: 'STRING', value: (row) => `row ${row % 11}` },
];

describe('parquetFile', () => {
  it.each([0, 1, 16_384, 16_385, 40_000])('gives %d rows back, in groups of 16,384', async (count) => {
    const rows = Array.from({ length: count }, (_, row) => row);
    const file = parquetFile(rows, columns, 3).buffer as ArrayBuffer;
    const metadata = parquetMetadata(file);

    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual(
      Array.from({ length: Math.ceil(count / 16_384) }, (_, group) =>
        Math.min(16_384, count - group * 16_384),
      ),
    );
    expect(metadata.key_value_metadata).toEqual([{ key: 'schemaVersion', value: '3' }]);
    const read = await parquetReadObjects({ file, metadata });
    expect(read).toEqual(
      rows.map((row) => ({
        row,
        nanoseconds: BigInt(row) * 10n ** 12n,
        half: row % 7 === 0 ? null : row / 2,
        text: `row ${row % 11}`,
      })),
    );
  });
});
