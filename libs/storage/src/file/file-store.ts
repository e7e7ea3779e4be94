import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdir, rm } from 'node:fs/promises';
import { clampRange } from '../byte-range.ts';
import { s3MinimumPartBytes } from '../check-parts.ts';
import { checkPrefix } from '../object-key.ts';
import type { ObjectHead, UploadStore } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { deleteVersions } from './delete-versions.ts';
import { syncDirectory } from './durable.ts';
import { withStorageErrors } from './errno.ts';
import { handleRequest } from './handle-request.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { layoutOf } from './layout.ts';
import { listObjects } from './list-objects.ts';
import { multipartsBelow } from './multipart-directory.ts';
import * as multipart from './multipart.ts';
import { readRange } from './read-object.ts';
import { createUrlSigner } from './signed-url.ts';
import { findVersion, foundVersion } from './stored-version.ts';
import { writeObject } from './write-object.ts';

export interface FileStoreOptions {
  /** Directory on one file system that only this store uses; made when it is not there. */
  readonly root: string;
  /** Origin that clients reach, such as `http://127.0.0.1:8080`; asked at each signing, since the port may come late. */
  readonly publicUrl: () => string;
  /** Path below which `handleRequest` is mounted; `/storage` unless given. */
  readonly mountPath?: string;
  /** Secret of at least 32 bytes; signed requests outlive a restart when it does. */
  readonly signingKey: Uint8Array;
  readonly clock?: () => Date;
  /** Bytes of the disk to leave free for others (a ledger on the same disk); 0 unless given. */
  readonly freeBytesReserve?: number;
  /** Smallest part that is not the last one; S3's 5 MiB unless given. */
  readonly minimumPartBytes?: number;
  /** How long a client may neither send nor take a byte in the middle of a request; 60 unless given. */
  readonly idleSeconds?: number;
}

/**
 * An UploadStore in a directory. Several stores may read and write the same root (worker threads do), but multipart
 * uploads and `recover` belong to one.
 */
export interface FileStore extends UploadStore {
  /** Answers the requests that this store signed. `req.url` must be the whole path; no body parser may come before. */
  handleRequest(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Calls back after each new version that this store wrote: a hint, as S3's event is one. Returns a function that ends it. */
  onObjectCreated(listener: (head: ObjectHead) => void): () => void;
  /** Removes what a crash left half done. Call it once at start, before anything writes. */
  recover(): Promise<void>;
  /** The multipart uploads that are neither completed nor aborted. No lifecycle rule ends them here. */
  unfinishedUploads(): Promise<{ readonly key: string; readonly multipartId: string }[]>;
  /** Refuses new requests, cuts those that run, and waits until what they had written is removed. */
  close(): Promise<void>;
}

export function createFileStore(options: FileStoreOptions): FileStore {
  const { root, publicUrl, signingKey, mountPath = '/storage', clock = () => new Date() } = options;
  const { freeBytesReserve = 0, minimumPartBytes = s3MinimumPartBytes, idleSeconds = 60 } = options;
  if (signingKey.byteLength < 32) throw new RangeError('signingKey needs at least 32 bytes.');
  const layout = layoutOf(root);
  const signing = { signingKey, clock, publicUrl, mountPath };
  const closing = new AbortController();
  const listeners = new Set<(head: ObjectHead) => void>();
  const running = new Set<Promise<void>>();

  function onObjectCreated(head: ObjectHead): void {
    // In a task of its own: a listener that throws must not make a write fail that has happened.
    for (const listener of listeners) queueMicrotask(() => listener(head));
  }

  const deps = {
    layout,
    clock,
    freeBytesReserve,
    minimumPartBytes,
    idleSeconds,
    signing,
    onObjectCreated,
    closing: closing.signal,
    lock: createKeyedLock(),
  };

  /** Runs an operation on a key or prefix unless the caller has given up. */
  function run<T>(key: string, signal: AbortSignal | undefined, operation: () => Promise<T>): Promise<T> {
    return withStorageErrors(key, async () => {
      signal?.throwIfAborted();
      return operation();
    });
  }

  return {
    ...createUrlSigner(signing),

    head: (ref, signal) =>
      run(ref.key, signal, async () => {
        const version = findVersion(layout, ref);
        return version?.head ?? null;
      }),

    read: (ref, start, end, signal) =>
      run(ref.key, signal, async () => {
        const version = foundVersion(layout, ref);
        const range = clampRange(start, end, version.head.byteLength);
        const bytes = new Uint8Array(range.end - range.start);
        await readRange(version, range, bytes, signal);
        return bytes;
      }),

    readInto: (ref, start, target, signal) =>
      run(ref.key, signal, async () => {
        const version = foundVersion(layout, ref);
        const range = clampRange(start, start + target.byteLength, version.head.byteLength);
        await readRange(version, range, target, signal);
        return range.end - range.start;
      }),

    write: (key, body, writeOptions, signal) =>
      run(key, signal, async () => {
        const head = await writeObject(deps, key, body, writeOptions, signal);
        onObjectCreated(head);
        return head;
      }),

    list: (prefix, after, signal) =>
      run(prefix, signal, async () => {
        checkPrefix(prefix);
        return listObjects(layout, prefix, after, signal);
      }),

    deleteVersions: (prefix, signal) => run(prefix, signal, () => deleteVersions(layout, prefix, signal)),

    createMultipart: (key, contentType, signal) =>
      run(key, signal, () => multipart.createMultipart(deps, key, contentType)),

    listParts: (key, multipartId, signal) =>
      run(key, signal, () => multipart.listParts(deps, key, multipartId)),

    completeMultipart: (key, multipartId, parts, completion, signal) =>
      run(key, signal, async () => {
        const head = await multipart.completeMultipart(deps, key, multipartId, parts, completion);
        onObjectCreated(head);
        return head;
      }),

    abortMultipart: (key, multipartId, signal) =>
      run(key, signal, () => multipart.abortMultipart(deps, key, multipartId)),

    async handleRequest(req, res) {
      if (closing.signal.aborted) return void res.writeHead(503, { connection: 'close' }).end();
      const request = handleRequest(deps, req, res);
      running.add(request);
      try {
        await request;
      } finally {
        running.delete(request);
      }
    },

    onObjectCreated(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    recover: () =>
      withStorageErrors(undefined, async () => {
        await rm(layout.temporary, { recursive: true, force: true });
        for (const directory of [layout.objects, layout.multipart, layout.temporary]) {
          await mkdir(directory, { recursive: true });
        }
        await syncDirectory(root);
      }),

    unfinishedUploads: () => withStorageErrors(undefined, () => multipartsBelow(layout, '')),

    async close() {
      closing.abort(new StorageError('storage-unavailable', 'The store is closing.'));
      await Promise.allSettled(running);
    },
  };
}
