import { createHash } from 'node:crypto';
import { S3Refusal } from './sigv4-verifier.ts';

/** One version of an object, or a delete marker (no bytes). */
export interface Version {
  readonly versionId: string;
  readonly bytes?: Uint8Array;
  readonly etag: string;
  readonly checksum?: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

export interface Part {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly checksum: string;
}

export interface Upload {
  readonly key: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, Part>;
}

/** What a bucket with versioning holds. */
export interface Bucket {
  versioning: 'Enabled' | 'Suspended' | '';
  /** By key, oldest first. */
  readonly versions: Map<string, Version[]>;
  readonly uploads: Map<string, Upload>;
}

export interface NamedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksum?: string;
}

const minimumPartBytes = 5 * 1024 * 1024;
let made = 0;

/** Ids as S3 makes them: opaque and of no order. */
export function newId(): string {
  made += 1;
  return createHash('sha256').update(`${process.pid} ${made}`).digest('base64url').slice(0, 32);
}

export function currentOf(bucket: Bucket, key: string): Version | undefined {
  const last = bucket.versions.get(key)?.at(-1);
  return last?.bytes ? last : undefined;
}

/** @throws S3Refusal 404 NoSuchKey or NoSuchVersion, 400 for what can be no id, 405 for a delete marker */
export function findVersion(bucket: Bucket, key: string, versionId: string | undefined): Version {
  if (versionId === undefined) {
    const current = currentOf(bucket, key);
    if (!current) throw new S3Refusal(404, 'NoSuchKey');
    return current;
  }
  if (!/^[A-Za-z0-9_-]{32}$/.test(versionId))
    throw new S3Refusal(400, 'InvalidArgument', 'Invalid version id specified');
  const version = bucket.versions.get(key)?.find((each) => each.versionId === versionId);
  if (!version) throw new S3Refusal(404, 'NoSuchVersion');
  if (!version.bytes) throw new S3Refusal(405, 'MethodNotAllowed');
  return version;
}

export function addVersion(bucket: Bucket, key: string, version: Omit<Version, 'versionId'>): Version {
  const added = { ...version, versionId: newId() };
  bucket.versions.set(key, [...(bucket.versions.get(key) ?? []), added]);
  return added;
}

/** A conditional write looks at the current version alone. */
export function checkIfNoneMatch(bucket: Bucket, key: string, ifNoneMatch: string | undefined): void {
  if (ifNoneMatch === undefined) return;
  if (ifNoneMatch !== '*') throw new S3Refusal(501, 'NotImplemented');
  if (currentOf(bucket, key)) throw new S3Refusal(412, 'PreconditionFailed');
}

/** S3 keeps the checksum that it was given, after comparing it with the bytes. */
export function checkedSha256(bytes: Uint8Array, given: string | undefined): string {
  const actual = createHash('sha256').update(bytes).digest('base64');
  if (given !== undefined && given !== actual) throw new S3Refusal(400, 'BadDigest');
  return actual;
}

export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

/** Joins parts as CompleteMultipartUpload is documented to; the upload is gone then. */
export function completeUpload(
  bucket: Bucket,
  key: string,
  uploadId: string,
  named: readonly NamedPart[],
  conditions: { readonly ifNoneMatch?: string; readonly checksum?: string; readonly size?: string },
  now: Date,
): Version {
  const upload = findUpload(bucket, key, uploadId);
  checkIfNoneMatch(bucket, key, conditions.ifNoneMatch);
  let previous = 0;
  const parts = named.map(({ partNumber, etag, checksum }) => {
    if (partNumber <= previous) throw new S3Refusal(400, 'InvalidPartOrder');
    previous = partNumber;
    const part = upload.parts.get(partNumber);
    // An upload begun with an algorithm wants each part's checksum again.
    if (!part || part.etag !== etag || part.checksum !== checksum) throw new S3Refusal(400, 'InvalidPart');
    return part;
  });
  if (parts.length === 0) throw new S3Refusal(400, 'MalformedXML');
  if (parts.slice(0, -1).some((part) => part.bytes.byteLength < minimumPartBytes))
    throw new S3Refusal(400, 'EntityTooSmall');
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.checksum, 'base64')));
  const checksum = `${createHash('sha256').update(digests).digest('base64')}-${parts.length}`;
  if (conditions.checksum !== undefined && conditions.checksum !== checksum)
    throw new S3Refusal(400, 'BadDigest');
  const bytes = Buffer.concat(parts.map((part) => part.bytes));
  if (conditions.size !== undefined && Number(conditions.size) !== bytes.byteLength)
    throw new S3Refusal(400, 'InvalidRequest');
  bucket.uploads.delete(uploadId);
  const { contentType, metadata } = upload;
  const etag = `${etagOf(digests).slice(0, -1)}-${parts.length}"`;
  return addVersion(bucket, key, { bytes, etag, checksum, contentType, metadata, createdAt: now });
}

/** @throws S3Refusal NoSuchUpload */
export function findUpload(bucket: Bucket, key: string, uploadId: string): Upload {
  const upload = bucket.uploads.get(uploadId);
  if (upload?.key !== key) throw new S3Refusal(404, 'NoSuchUpload');
  return upload;
}
