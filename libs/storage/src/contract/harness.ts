import { createHash, randomUUID } from 'node:crypto';
import type { ClientRequest, HttpAnswer } from '../http-answer.ts';
import type { WrittenObject, SignedRequest, UploadStore, UploadedPart } from '../object-store.ts';

/** What an adapter gives the contract suite; made anew for each test. */
export interface StoreHarness {
  readonly store: UploadStore;
  /** Carries a request out as a browser would; content-length comes from the body. */
  send(
    request: ClientRequest,
    body?: Uint8Array,
    extraHeaders?: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer>;
  /** Lets the time pass at which the request expires, by the store's clock; waiting is fine, its life is a second. */
  expire(request: SignedRequest): Promise<void>;
  /** Smallest part that is not the last one, in bytes. */
  readonly minimumPartBytes: number;
  /** False for a store that holds objects in memory, which excuses it from the test of bounded memory. */
  readonly isBoundedInMemory: boolean;
  dispose(): Promise<void>;
}

/** jest's `test`, or one that expects failures where a stand-in is known to differ. */
export type ContractTest = Pick<jest.It, 'each'> &
  ((name: string, body: () => Promise<void>, timeoutMs?: number) => void);

/** Registers one part of the contract; `harness` gives the harness of the test that runs. */
export type ContractSection = (harness: () => StoreHarness, test: ContractTest) => void;

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** base64 */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** Bytes that differ from part to part and from place to place. */
export function patternedBytes(byteLength: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  for (let index = 0; index < byteLength; index += 1)
    bytes[index] = index * 31 + (index >> 8) * 7 + seed * 101;
  return bytes;
}

/** A key that no other test uses, since a real bucket outlives a test. */
export function freshKey(name = 'source.edf'): string {
  return `contract/${randomUUID()}/${name}`;
}

export async function writeText(store: UploadStore, key: string, text: string): Promise<WrittenObject> {
  return store.write(key, bytesOf(text), { contentType: 'text/plain' });
}

export async function readText(store: UploadStore, key: string, versionId?: string): Promise<string> {
  return textOf(await store.read({ key, versionId }, 0, 1_000_000));
}

export function describePart(partNumber: number, bytes: Uint8Array): UploadedPart {
  return { partNumber, byteLength: bytes.byteLength, checksumSha256: sha256Of(bytes) };
}

/** Signs and sends one part, which must succeed. */
export async function sendPart(
  { store, send }: StoreHarness,
  key: string,
  multipartId: string,
  partNumber: number,
  bytes: Uint8Array,
): Promise<UploadedPart> {
  const part = describePart(partNumber, bytes);
  const request = await store.signPart({ key, multipartId, ...part, expiresInSeconds: 60 });
  const answer = await send(request, bytes);
  expect(answer.status).toBe(200);
  return part;
}

export function signPutOf(store: UploadStore, key: string, bytes: Uint8Array, expiresInSeconds = 60) {
  return store.signPut({
    key,
    byteLength: bytes.byteLength,
    checksumSha256: sha256Of(bytes),
    contentType: 'application/edf',
    expiresInSeconds,
  });
}

/** How many of the promises were fulfilled, and the codes of the others. */
export async function outcomesOf(promises: readonly Promise<unknown>[]) {
  const settled = await Promise.allSettled(promises);
  const refusals = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
  return { fulfilled: settled.length - refusals.length, refusals };
}
