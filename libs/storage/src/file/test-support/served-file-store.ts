import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientRequest, HttpAnswer } from '../../http-answer.ts';
import { createFileStore } from '../file-store.ts';
import type { FileStore, FileStoreOptions } from '../file-store.ts';

export interface ServedFileStore {
  readonly store: FileStore;
  readonly root: string;
  readonly origin: string;
  /** What handleRequest rejected with; a fault of the store. */
  readonly faults: unknown[];
  send(request: ClientRequest, body?: Uint8Array, extraHeaders?: Record<string, string>): Promise<HttpAnswer>;
  setTime(now: Date): void;
  dispose(): Promise<void>;
}

export const smallPartBytes = 64;

/** A file store in a fresh directory behind a real HTTP server on a free port. */
export async function serveFileStore(options: Partial<FileStoreOptions> = {}): Promise<ServedFileStore> {
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'edf-store-')));
  let now = new Date('2026-01-01T00:00:00Z');
  let origin = '';
  const faults: unknown[] = [];
  const store = createFileStore({
    root,
    publicUrl: () => origin,
    signingKey: randomBytes(32),
    clock: () => now,
    minimumPartBytes: smallPartBytes,
    ...options,
  });
  await store.recover();
  const server = createServer((req, res) => {
    store.handleRequest(req, res).catch((error: unknown) => faults.push(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    store,
    root,
    origin,
    faults,
    async send(request, body, extraHeaders) {
      const headers = { ...request.headers, ...extraHeaders };
      const bytes =
        request.method === 'PUT' ? (new Uint8Array(body ?? []) as Uint8Array<ArrayBuffer>) : undefined;
      const response = await fetch(request.url, { method: request.method, headers, body: bytes });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: new Uint8Array(await response.arrayBuffer()),
      };
    },
    setTime(time) {
      now = time;
    },
    async dispose() {
      await store.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(root, { recursive: true, force: true });
    },
  };
}
