import type { ByteSource } from '@edf-pipeline/edf';
import type { ShownAnnotation } from '../viewer/annotation-index.ts';

interface AnnotationRow {
  readonly onset_ns: bigint | number;
  readonly duration_ns: bigint | number | null;
  readonly text: string;
  readonly record: number;
}

/** Annotations of a result, in order of onset. The reader is loaded when it is first needed. */
export async function readAnnotationsParquet(source: ByteSource): Promise<ShownAnnotation[]> {
  const { parquetReadObjects } = await import('hyparquet');
  const file = {
    byteLength: source.byteLength,
    async slice(start: number, end: number = source.byteLength): Promise<ArrayBuffer> {
      const bytes = await source.slice(start < 0 ? source.byteLength + start : start, end);
      return bytes.slice().buffer as ArrayBuffer;
    },
  };
  const rows = (await parquetReadObjects({ file })) as unknown as AnnotationRow[];
  return rows
    .map(({ onset_ns, duration_ns, text, record }) => ({
      onset: Number(onset_ns) / 1e9,
      duration: duration_ns == null ? null : Number(duration_ns) / 1e9,
      text,
      record,
    }))
    .sort((a, b) => a.onset - b.onset);
}
