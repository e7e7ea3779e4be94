import { createHash } from 'node:crypto';
import type { ObjectHead, ObjectRef, SignedRequest, UploadedPart, WriteOptions } from '@edf-pipeline/storage';
import { StorageError } from '@edf-pipeline/storage';
import type { RecordingBody } from './recording-body.ts';
import { checksumOf, compositeOf, textOf } from './recording-body.ts';

/** Bytes, or the stretch of a recording that stands for them. */
export type Body = Uint8Array | RecordingBody;

export interface StoredVersion {
  readonly head: ObjectHead;
  readonly body: Body;
}

interface Multipart {
  readonly key: string;
  readonly contentType: string;
  readonly parts: Map<number, UploadedPart & { readonly body: RecordingBody }>;
}

export interface ObjectServiceOptions {
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly onCreated: (head: ObjectHead) => void;
}

/** What the simulated S3 does in one instant: one versioned bucket. */
export type ObjectService = ReturnType<typeof createObjectService>;

export function createObjectService({ clock, newId, onCreated }: ObjectServiceOptions) {
  const objects = new Map<string, StoredVersion[]>();
  const multiparts = new Map<string, Multipart>();
  const grants = new Map<string, { expiresAt: number; carryOut: (body: Body) => ObjectHead | null }>();

  const find = ({ key, versionId }: ObjectRef): StoredVersion | undefined => {
    const versions = objects.get(key);
    return versionId === undefined
      ? versions?.at(-1)
      : versions?.find(({ head }) => head.versionId === versionId);
  };
  const existing = (ref: ObjectRef): StoredVersion => {
    const version = find(ref);
    if (!version) throw new StorageError('object-not-found', 'There is no such object.', { key: ref.key });
    return version;
  };
  const add = (key: string, body: Body, checksumSha256: string, { contentType, ifAbsent }: WriteOptions) => {
    if (ifAbsent && objects.has(key)) throw new StorageError('object-exists', 'The object exists.', { key });
    const byteLength = lengthOf(body);
    const head = { key, versionId: newId(), byteLength, checksumSha256, contentType, createdAt: clock() };
    objects.set(key, [...(objects.get(key) ?? []), { head, body }]);
    onCreated(head);
    return head;
  };
  const multipart = (key: string, id: string): Multipart => {
    const found = multiparts.get(id);
    if (found?.key !== key)
      throw new StorageError('multipart-not-found', 'There is no such multipart.', { key });
    return found;
  };
  const arrived = ({ parts }: Multipart): UploadedPart[] =>
    [...parts.values()]
      .sort((a, b) => a.partNumber - b.partNumber)
      .map(({ partNumber, byteLength, checksumSha256 }) => ({ partNumber, byteLength, checksumSha256 }));
  // The signer's clock may be off: the SDK learns the store's time from its answers, and signs by that.
  const grant = (
    key: string,
    checksum: string,
    expiresInSeconds: number,
    carryOut: (body: Body) => ObjectHead | null,
  ): SignedRequest => {
    const url = `sim://bucket/${key}?grant=${newId()}`;
    const expiresAt = clock().getTime() + expiresInSeconds * 1000;
    grants.set(url, {
      expiresAt,
      carryOut: (body) => {
        if (checksumOfBody(body) !== checksum)
          throw new StorageError('checksum-mismatch', 'The body has another checksum.', { key });
        return carryOut(body);
      },
    });
    return { method: 'PUT', url, headers: {}, expiresAt: new Date(expiresAt) };
  };

  return {
    head: (ref: ObjectRef): ObjectHead | null => find(ref)?.head ?? null,
    read(ref: ObjectRef, start: number, end: number): Uint8Array {
      const { body } = existing(ref);
      if (body instanceof Uint8Array) return body.slice(start, end);
      return new TextEncoder().encode(textOf({ ...body, start, end: Math.min(end, body.end) }));
    },
    write: (key: string, body: Body, options: WriteOptions) => add(key, body, checksumOfBody(body), options),
    list(prefix: string): readonly ObjectHead[] {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
      return keys.flatMap((key) => find({ key })?.head ?? []);
    },
    deleteVersions(prefix: string): number {
      let count = 0;
      for (const [key, versions] of objects)
        if (key.startsWith(prefix) && objects.delete(key)) count += versions.length;
      for (const [id, { key }] of multiparts) if (key.startsWith(prefix)) multiparts.delete(id);
      return count;
    },
    createMultipart(key: string, contentType: string) {
      const multipartId = newId();
      multiparts.set(multipartId, { key, contentType, parts: new Map() });
      return { multipartId };
    },
    listParts(key: string, id: string): readonly UploadedPart[] | null {
      const found = multiparts.get(id);
      return found?.key === key ? arrived(found) : null;
    },
    completeMultipart(
      key: string,
      id: string,
      parts: readonly UploadedPart[],
      ifAbsent: boolean,
    ): ObjectHead {
      const found = multipart(key, id);
      const stored = parts.map((part) => found.parts.get(part.partNumber));
      if (stored.some((part, index) => part?.checksumSha256 !== parts[index]?.checksumSha256))
        throw new StorageError('part-mismatch', 'A part is not the one that arrived.', { key });
      const [first] = stored;
      if (!first) throw new StorageError('part-mismatch', 'There are no parts.', { key });
      const { content } = first.body;
      const checksum = compositeOf(parts.map(({ checksumSha256 }) => checksumSha256));
      const body = { content, start: 0, end: stored.reduce((sum, part) => sum + (part?.byteLength ?? 0), 0) };
      const head = add(key, body, checksum, { contentType: found.contentType, ifAbsent });
      multiparts.delete(id);
      return head;
    },
    abortMultipart(key: string, id: string): void {
      if (multiparts.get(id)?.key === key) multiparts.delete(id);
    },
    signPut: (key: string, checksum: string, contentType: string, expiresInSeconds: number) =>
      grant(key, checksum, expiresInSeconds, (body) =>
        add(key, body, checksum, { contentType, ifAbsent: true }),
      ),
    signPart: (key: string, id: string, partNumber: number, checksum: string, expiresInSeconds: number) =>
      grant(key, checksum, expiresInSeconds, (body) => {
        if (body instanceof Uint8Array) throw new StorageError('part-mismatch', 'Parts are of recordings.');
        const part = { partNumber, byteLength: lengthOf(body), checksumSha256: checksum, body };
        multipart(key, id).parts.set(partNumber, part);
        return null;
      }),
    /** A client carries a signed request out. @throws StorageError as the store refuses it */
    send(request: { readonly url: string }, body: Body): void {
      const found = grants.get(request.url);
      if (!found) throw new StorageError('signature-invalid', 'Nobody signed this.');
      if (clock().getTime() > found.expiresAt) throw new StorageError('signature-expired', 'It has expired.');
      found.carryOut(body);
    },
    versions: (): StoredVersion[] => [...objects.values()].flat(),
    openMultiparts: (): string[] => [...multiparts.values()].map(({ key }) => key),
  };
}

const lengthOf = (body: Body) => (body instanceof Uint8Array ? body.byteLength : body.end - body.start);

function checksumOfBody(body: Body): string {
  if (!(body instanceof Uint8Array)) return checksumOf(body);
  return createHash('sha256').update(body).digest('base64');
}
