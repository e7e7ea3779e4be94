import type { Bucket, Version } from './documented-bucket.ts';
import * as state from './documented-bucket.ts';
import type { S3Answer } from './documented-s3.ts';
import { elements, readElements } from './s3-xml.ts';
import type { XmlTree } from './s3-xml.ts';
import { S3Refusal } from './sigv4-verifier.ts';
import type { WireRequest } from './sigv4-verifier.ts';

export interface Scene {
  readonly bucket: Bucket;
  readonly now: Date;
  readonly request: WireRequest;
  readonly query: URLSearchParams;
}

const pageLength = 1000;
const xml = (tree: XmlTree): S3Answer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: elements(tree),
});

export function answerBucketRequest(scene: Scene): S3Answer {
  const { bucket, query, request } = scene;
  if (query.has('versioning'))
    return xml({ VersioningConfiguration: { Status: bucket.versioning || undefined } });
  if (query.has('versions')) return listVersions(scene);
  if (query.has('uploads')) return listUploads(scene);
  if (query.has('delete') && request.method === 'POST') return deleteObjects(scene);
  if (query.has('list-type')) return listObjects(scene);
  throw new S3Refusal(501, 'NotImplemented');
}

export function answerObjectRequest(scene: Scene, key: string): S3Answer {
  const { bucket, query, now } = scene;
  const { method, headers, body } = scene.request;
  const uploadId = query.get('uploadId');
  if (method === 'POST' && query.has('uploads')) return createUpload(scene, key);
  if (method === 'POST' && uploadId !== null) return complete(scene, key, uploadId);
  if (method === 'DELETE' && uploadId !== null) {
    state.findUpload(bucket, key, uploadId);
    bucket.uploads.delete(uploadId);
    return { status: 204 };
  }
  if (method === 'GET' && uploadId !== null) return listParts(scene, key, uploadId);
  if (method === 'PUT' && uploadId !== null) return putPart(scene, key, uploadId);
  if (method === 'PUT') {
    state.checkIfNoneMatch(bucket, key, headers['if-none-match']);
    const checksum = state.checkedSha256(body, headers['x-amz-checksum-sha256']);
    const version = state.addVersion(bucket, key, {
      bytes: body,
      checksum,
      etag: state.etagOf(body),
      contentType: headers['content-type'] ?? 'binary/octet-stream',
      metadata: metadataOf(headers),
      createdAt: now,
    });
    return {
      status: 200,
      headers: {
        etag: version.etag,
        'x-amz-version-id': version.versionId,
        'x-amz-checksum-sha256': checksum,
      },
    };
  }
  if (method === 'GET' || method === 'HEAD') return getObject(scene, key);
  throw new S3Refusal(405, 'MethodNotAllowed');
}

function getObject({ bucket, query, request }: Scene, key: string): S3Answer {
  const { headers: sent } = request;
  const version = state.findVersion(bucket, key, query.get('versionId') ?? undefined);
  if (sent['if-match'] !== undefined && sent['if-match'] !== version.etag)
    throw new S3Refusal(412, 'PreconditionFailed');
  const bytes = version.bytes!;
  const headers = headersOf(version, query, sent['x-amz-checksum-mode'] === 'ENABLED');
  const match = /^bytes=(\d+)-(\d*)$/.exec(sent['range'] ?? '');
  if (!match) {
    const length = { 'content-length': String(bytes.byteLength) };
    return { status: 200, headers: { ...headers, ...length }, body: bytes };
  }
  const start = Number(match[1]);
  if (start >= bytes.byteLength) throw new S3Refusal(416, 'InvalidRange');
  const end = Math.min(match[2] ? Number(match[2]) + 1 : bytes.byteLength, bytes.byteLength);
  const range = {
    'content-range': `bytes ${start}-${end - 1}/${bytes.byteLength}`,
    'content-length': String(end - start),
  };
  return { status: 206, headers: { ...headers, ...range }, body: bytes.subarray(start, end) };
}

function headersOf(version: Version, query: URLSearchParams, withChecksum: boolean): Record<string, string> {
  const disposition = query.get('response-content-disposition');
  return {
    'accept-ranges': 'bytes',
    'content-type': query.get('response-content-type') ?? version.contentType,
    etag: version.etag,
    'last-modified': version.createdAt.toUTCString(),
    'x-amz-version-id': version.versionId,
    ...Object.fromEntries(
      Object.entries(version.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
    ...(disposition !== null && { 'content-disposition': disposition }),
    ...(withChecksum && version.checksum !== undefined && { 'x-amz-checksum-sha256': version.checksum }),
  };
}

function createUpload({ bucket, request }: Scene, key: string): S3Answer {
  const { headers } = request;
  if (headers['x-amz-checksum-algorithm'] !== 'SHA256') throw new S3Refusal(501, 'NotImplemented');
  const uploadId = state.newId();
  const contentType = headers['content-type'] ?? 'binary/octet-stream';
  bucket.uploads.set(uploadId, { key, contentType, metadata: metadataOf(headers), parts: new Map() });
  return xml({ InitiateMultipartUploadResult: { Key: key, UploadId: uploadId } });
}

function putPart({ bucket, query, request }: Scene, key: string, uploadId: string): S3Answer {
  const partNumber = Number(query.get('partNumber'));
  if (!(partNumber >= 1 && partNumber <= 10_000)) throw new S3Refusal(400, 'InvalidArgument');
  const upload = state.findUpload(bucket, key, uploadId);
  const bytes = request.body;
  const checksum = state.checkedSha256(bytes, request.headers['x-amz-checksum-sha256']);
  const etag = state.etagOf(bytes);
  upload.parts.set(partNumber, { bytes, checksum, etag });
  return { status: 200, headers: { etag, 'x-amz-checksum-sha256': checksum } };
}

function listParts({ bucket, query }: Scene, key: string, uploadId: string): S3Answer {
  const { parts } = state.findUpload(bucket, key, uploadId);
  const after = Number(query.get('part-number-marker') ?? 0);
  const numbers = [...parts.keys()].filter((number) => number > after).sort((a, b) => a - b);
  const page = numbers.slice(0, pageLength);
  return xml({
    ListPartsResult: {
      IsTruncated: numbers.length > page.length,
      NextPartNumberMarker: page.at(-1),
      Part: page.map((number) => {
        const { bytes, etag, checksum } = parts.get(number)!;
        return { PartNumber: number, ETag: etag, Size: bytes.byteLength, ChecksumSHA256: checksum };
      }),
    },
  });
}

function complete({ bucket, request, now }: Scene, key: string, uploadId: string): S3Answer {
  const { headers, body } = request;
  const named = readElements(Buffer.from(body).toString(), 'Part').map((part) => ({
    partNumber: Number(part['PartNumber']),
    etag: part['ETag'] ?? '',
    checksum: part['ChecksumSHA256'],
  }));
  const conditions = {
    ifNoneMatch: headers['if-none-match'],
    checksum: headers['x-amz-checksum-sha256'],
    size: headers['x-amz-mp-object-size'],
  };
  const version = state.completeUpload(bucket, key, uploadId, named, conditions, now);
  const answer = xml({
    CompleteMultipartUploadResult: { Key: key, ETag: version.etag, ChecksumSHA256: version.checksum },
  });
  return { ...answer, headers: { ...answer.headers, 'x-amz-version-id': version.versionId } };
}

function listObjects({ bucket, query }: Scene): S3Answer {
  const after = query.get('start-after') ?? '';
  const keys = keysBelow(bucket, query).filter((key) => key > after && state.currentOf(bucket, key));
  const page = keys.slice(0, pageLength);
  return xml({
    ListBucketResult: { IsTruncated: keys.length > page.length, Contents: page.map((key) => ({ Key: key })) },
  });
}

function listVersions({ bucket, query }: Scene): S3Answer {
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('version-id-marker');
  // Newest first in each key; goes on after the marker, in the same key where a version is named.
  const all = keysBelow(bucket, query).flatMap((key) => {
    const versions = bucket.versions.get(key)!.toReversed();
    if (key < keyMarker || (key === keyMarker && idMarker === null)) return [];
    const from = key === keyMarker ? versions.findIndex((each) => each.versionId === idMarker) + 1 : 0;
    return versions.slice(from).map((version) => ({ key, version }));
  });
  const page = all.slice(0, pageLength);
  const entries = (isMarker: boolean) =>
    page
      .filter(({ version }) => (version.bytes === undefined) === isMarker)
      .map(({ key, version }) => ({ Key: key, VersionId: version.versionId }));
  const isTruncated = all.length > page.length;
  return xml({
    ListVersionsResult: {
      IsTruncated: isTruncated,
      NextKeyMarker: isTruncated ? page.at(-1)!.key : undefined,
      NextVersionIdMarker: isTruncated ? page.at(-1)!.version.versionId : undefined,
      Version: entries(false),
      DeleteMarker: entries(true),
    },
  });
}

function listUploads({ bucket, query }: Scene): S3Answer {
  const prefix = query.get('prefix') ?? '';
  const found = [...bucket.uploads].filter(([, upload]) => upload.key.startsWith(prefix));
  const uploads = found.map(([id, { key }]) => ({ Key: key, UploadId: id }));
  return xml({ ListMultipartUploadsResult: { IsTruncated: false, Upload: uploads } });
}

function deleteObjects({ bucket, request }: Scene): S3Answer {
  // A request without a checksum of its body is refused.
  const { headers } = request;
  if (!headers['content-md5'] && !Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-')))
    throw new S3Refusal(400, 'InvalidRequest');
  for (const { Key = '', VersionId } of readElements(Buffer.from(request.body).toString(), 'Object')) {
    const left = (bucket.versions.get(Key) ?? []).filter((each) => each.versionId !== VersionId);
    if (left.length > 0) bucket.versions.set(Key, left);
    else bucket.versions.delete(Key);
  }
  return xml({ DeleteResult: {} });
}

function keysBelow(bucket: Bucket, query: URLSearchParams): string[] {
  const prefix = query.get('prefix') ?? '';
  return [...bucket.versions.keys()].filter((key) => key.startsWith(prefix)).sort();
}

function metadataOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const mark = 'x-amz-meta-';
  const own = Object.entries(headers).filter(([name]) => name.startsWith(mark));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(mark.length), value]));
}
