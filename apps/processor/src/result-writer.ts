import { createHash } from 'node:crypto';
import type { ResultFile } from '@edf-pipeline/contracts';
import type { ObjectStore } from '@edf-pipeline/storage';

/** Writes the files of one result and remembers what the manifest must say of them. */
export interface ResultWriter {
  write(name: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** In the order of their names. */
  files(): readonly ResultFile[];
}

/** Every file a result may hold: its format's version and its media type. */
const formats: Readonly<Record<string, { schemaVersion: number; contentType: string }>> = {
  'report.json': { schemaVersion: 1, contentType: 'application/json' },
  'annotations.parquet': { schemaVersion: 1, contentType: 'application/vnd.apache.parquet' },
  'statistics.parquet': { schemaVersion: 1, contentType: 'application/vnd.apache.parquet' },
  'overview.bin': { schemaVersion: 1, contentType: 'application/octet-stream' },
  'overview.index': { schemaVersion: 1, contentType: 'application/json' },
  'hypnogram.json': { schemaVersion: 1, contentType: 'application/json' },
  'preview.svg': { schemaVersion: 1, contentType: 'image/svg+xml' },
  'recording.edf': { schemaVersion: 1, contentType: 'application/octet-stream' },
};

export function createResultWriter(
  store: Pick<ObjectStore, 'write'>,
  prefix: string,
  signal?: AbortSignal,
): ResultWriter {
  const written: ResultFile[] = [];
  return {
    async write(name, body) {
      const format = formats[name];
      if (!format) throw new RangeError(`${name} is no file of a result`);
      const hash = createHash('sha256');
      const hashed =
        body instanceof Uint8Array ? body : eachThrough(body, (chunk) => void hash.update(chunk));
      if (body instanceof Uint8Array) hash.update(body);
      const head = await store.write(prefix + name, hashed, { contentType: format.contentType }, signal);
      written.push({ name, ...format, byteLength: head.byteLength, sha256: hash.digest('hex') });
    },
    files: () => [...written].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

async function* eachThrough(
  chunks: AsyncIterable<Uint8Array>,
  look: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    look(chunk);
    yield chunk;
  }
}
