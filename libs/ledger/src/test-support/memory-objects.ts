import { createHash } from 'node:crypto';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import type { UploadObjects } from '../upload-objects.ts';

/** An object store that keeps sizes and checksums, and no bytes. */
export interface MemoryObjects extends UploadObjects {
  /** One PUT; `content` stands for the bytes. Each PUT is a new version. */
  put(key: string, byteLength: number, content: string): void;
  startMultipart(key: string): string;
  putPart(key: string, multipartId: string, partNumber: number, byteLength: number, content: string): void;
  /** All parts of a file of this size, cut as clients cut it. */
  putAllParts(key: string, multipartId: string, byteLength: number, content: string): void;
  keys(prefix: string): string[];
  /** Prefixes emptied so far, in order. */
  readonly emptied: readonly string[];
}

/** What a file of this content has for an id, in one PUT or in so many parts. */
export function contentIdFor(content: string, byteLength: number): string {
  const parts = partRangesFor(byteLength);
  const digest = (text: string) => createHash('sha256').update(text).digest('base64');
  if (parts.length === 1) return digest(content);
  return `${digest(parts.map(({ partNumber }) => digest(`${content}/${partNumber}`)).join())}-${parts.length}`;
}

interface StoredObject {
  readonly versionId: string;
  readonly byteLength: number;
  readonly checksumSha256: string;
}
interface Part {
  readonly partNumber: number;
  readonly byteLength: number;
  readonly checksumSha256: string;
}

export function createMemoryObjects(): MemoryObjects {
  const objects = new Map<string, StoredObject[]>();
  const uploads = new Map<string, { key: string; parts: Map<number, Part> }>();
  const emptied: string[] = [];
  let count = 0;
  const digest = (text: string) => createHash('sha256').update(text).digest('base64');
  const add = (key: string, byteLength: number, checksumSha256: string) => {
    objects.set(key, [...(objects.get(key) ?? []), { versionId: `v${++count}`, byteLength, checksumSha256 }]);
  };
  const putPart: MemoryObjects['putPart'] = (key, multipartId, partNumber, byteLength, content) => {
    const upload = uploads.get(multipartId);
    if (upload?.key !== key) throw new Error('NoSuchUpload');
    upload.parts.set(partNumber, {
      partNumber,
      byteLength,
      checksumSha256: digest(`${content}/${partNumber}`),
    });
  };

  return {
    emptied,
    put: (key, byteLength, content) => add(key, byteLength, digest(content)),
    startMultipart: (key) => {
      const multipartId = `mp${++count}`;
      uploads.set(multipartId, { key, parts: new Map() });
      return multipartId;
    },
    putPart,
    putAllParts: (key, multipartId, byteLength, content) => {
      for (const { partNumber, start, end } of partRangesFor(byteLength)) {
        putPart(key, multipartId, partNumber, end - start, content);
      }
    },
    keys: (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),

    head: async ({ key }) => objects.get(key)?.at(-1) ?? null,
    listParts: async (key, multipartId) => {
      const upload = uploads.get(multipartId);
      return upload?.key === key ? [...upload.parts.values()] : null;
    },
    completeMultipart: async (key, multipartId, parts, { ifAbsent }) => {
      if (uploads.get(multipartId)?.key !== key) throw new Error('NoSuchUpload');
      if (ifAbsent && objects.has(key)) throw new Error('PreconditionFailed');
      uploads.delete(multipartId);
      const checksum = digest(parts.map(({ checksumSha256 }) => checksumSha256).join());
      add(
        key,
        parts.reduce((sum, { byteLength }) => sum + byteLength, 0),
        `${checksum}-${parts.length}`,
      );
    },
    deleteVersions: async (prefix) => {
      emptied.push(prefix);
      for (const [id, { key }] of uploads) if (key.startsWith(prefix)) uploads.delete(id);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      const versions = keys.reduce((sum, key) => sum + (objects.get(key)?.length ?? 0), 0);
      for (const key of keys) objects.delete(key);
      return versions;
    },
  };
}
