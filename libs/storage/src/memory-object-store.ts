import { createHash, randomUUID } from 'node:crypto';
import { clampRange } from './byte-range.ts';
import { checkParts, s3MinimumPartBytes } from './check-parts.ts';
import { compositeChecksum } from './composite-checksum.ts';
import type { ClientRequest, HttpAnswer } from './http-answer.ts';
import { createMemoryClientRequests } from './memory-client-requests.ts';
import { checkDeletionPrefix, checkKey, checkPrefix } from './object-key.ts';
import type {
  MultipartStore,
  ObjectHead,
  ObjectRef,
  ObjectStore,
  UploadStore,
  UploadedPart,
} from './object-store.ts';
import { StorageError } from './storage-error.ts';

export interface MemoryStoreOptions {
  readonly clock?: () => Date;
  /** Makes version and multipart ids; each call another. */
  readonly ids?: () => string;
  /** Smallest part that is not the last one, in bytes; S3's 5 MiB unless given. */
  readonly minimumPartBytes?: number;
}

/** An UploadStore for tests: everything in memory, nothing survives. */
export interface MemoryStore extends UploadStore {
  /** Calls back after each new version, whoever wrote it. Returns a function that ends it. */
  onObjectCreated(listener: (head: ObjectHead) => void): () => void;
  /** Carries out a request that this store signed (its URLs are `memory://…`), as a client over HTTP would. */
  send(
    request: ClientRequest,
    body?: Uint8Array,
    extraHeaders?: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer>;
}

interface MemoryVersion {
  readonly head: ObjectHead;
  readonly bytes: Uint8Array;
}

interface MemoryPart extends UploadedPart {
  readonly bytes: Uint8Array;
}

interface MemoryMultipart {
  readonly key: string;
  readonly contentType: string;
  readonly parts: Map<number, MemoryPart>;
}

const pageLength = 1000;

export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { clock = () => new Date(), ids = randomUUID, minimumPartBytes = s3MinimumPartBytes } = options;
  const versionsByKey = new Map<string, MemoryVersion[]>();
  const multiparts = new Map<string, MemoryMultipart>();
  const listeners = new Set<(head: ObjectHead) => void>();

  function find({ key, versionId }: ObjectRef): MemoryVersion | undefined {
    checkKey(key);
    const versions = versionsByKey.get(key);
    return versionId === undefined
      ? versions?.at(-1)
      : versions?.find((version) => version.head.versionId === versionId);
  }

  function refuseExisting(key: string): void {
    if (versionsByKey.has(key))
      throw new StorageError('object-exists', 'The object exists already.', { key });
  }

  function addVersion(
    head: Omit<ObjectHead, 'versionId' | 'createdAt'>,
    bytes: Uint8Array,
    ifAbsent: boolean,
  ) {
    if (ifAbsent) refuseExisting(head.key);
    const version = { head: { ...head, versionId: ids(), createdAt: clock() }, bytes };
    versionsByKey.set(head.key, [...(versionsByKey.get(head.key) ?? []), version]);
    for (const listener of listeners) queueMicrotask(() => listener(version.head));
    return version.head;
  }

  function findMultipart(key: string, multipartId: string): MemoryMultipart | null {
    checkKey(key);
    const multipart = multiparts.get(multipartId);
    return multipart?.key === key ? multipart : null;
  }

  function requireMultipart(key: string, multipartId: string): MemoryMultipart {
    const multipart = findMultipart(key, multipartId);
    if (!multipart)
      throw new StorageError('multipart-not-found', 'There is no such multipart upload.', { key });
    return multipart;
  }

  const store: ObjectStore & MultipartStore = {
    async head(ref, signal) {
      signal?.throwIfAborted();
      return find(ref)?.head ?? null;
    },

    async read(ref, start, end, signal) {
      signal?.throwIfAborted();
      const version = find(ref);
      if (!version) throw new StorageError('object-not-found', 'There is no such object.', { key: ref.key });
      const range = clampRange(start, end, version.bytes.byteLength);
      return version.bytes.slice(range.start, range.end);
    },

    async write(key, body, { contentType, ifAbsent = false }, signal) {
      signal?.throwIfAborted();
      checkKey(key);
      if (ifAbsent) refuseExisting(key);
      const bytes = await collect(body, signal);
      const checksumSha256 = sha256(bytes);
      return addVersion({ key, byteLength: bytes.byteLength, checksumSha256, contentType }, bytes, ifAbsent);
    },

    async list(prefix, after, signal) {
      signal?.throwIfAborted();
      checkPrefix(prefix);
      const keys = [...versionsByKey.keys()]
        .filter((key) => key.startsWith(prefix) && (after === undefined || key > after))
        .sort();
      const page = keys.slice(0, pageLength);
      const objects = page.map((key) => find({ key })!.head);
      return keys.length > page.length ? { objects, next: page.at(-1)! } : { objects };
    },

    async deleteVersions(prefix, signal) {
      signal?.throwIfAborted();
      checkDeletionPrefix(prefix);
      let deleted = 0;
      for (const [key, versions] of versionsByKey) {
        if (key.startsWith(prefix) && versionsByKey.delete(key)) deleted += versions.length;
      }
      for (const [id, multipart] of multiparts) {
        if (multipart.key.startsWith(prefix)) multiparts.delete(id);
      }
      return deleted;
    },

    async createMultipart(key, contentType, signal) {
      signal?.throwIfAborted();
      checkKey(key);
      const multipartId = ids();
      multiparts.set(multipartId, { key, contentType, parts: new Map() });
      return { multipartId };
    },

    async listParts(key, multipartId, signal) {
      signal?.throwIfAborted();
      const multipart = findMultipart(key, multipartId);
      return multipart && arrivedParts(multipart).map(({ bytes: _bytes, ...part }) => part);
    },

    async completeMultipart(key, multipartId, parts, { ifAbsent }, signal) {
      signal?.throwIfAborted();
      const multipart = requireMultipart(key, multipartId);
      checkParts(key, parts, arrivedParts(multipart), minimumPartBytes);
      const bytes = Buffer.concat(parts.map((part) => multipart.parts.get(part.partNumber)!.bytes));
      const checksumSha256 = compositeChecksum(parts.map((part) => part.checksumSha256));
      const { contentType } = multipart;
      const head = addVersion(
        { key, byteLength: bytes.byteLength, checksumSha256, contentType },
        bytes,
        ifAbsent,
      );
      multiparts.delete(multipartId);
      return head;
    },

    async abortMultipart(key, multipartId, signal) {
      signal?.throwIfAborted();
      if (findMultipart(key, multipartId)) multiparts.delete(multipartId);
    },
  };

  const { signer, send } = createMemoryClientRequests({
    clock,
    store,
    putPart(key, multipartId, part, bytes) {
      requireMultipart(key, multipartId).parts.set(part.partNumber, { ...part, bytes });
    },
  });

  return {
    ...store,
    ...signer,
    send,
    onObjectCreated(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function arrivedParts(multipart: MemoryMultipart): MemoryPart[] {
  return [...multipart.parts.values()].sort((a, b) => a.partNumber - b.partNumber);
}

async function collect(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body.slice();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    signal?.throwIfAborted();
    chunks.push(chunk.slice());
  }
  return Buffer.concat(chunks);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
