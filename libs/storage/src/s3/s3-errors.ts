import { StorageError } from '../storage-error.ts';
import type { StorageErrorCode } from '../storage-error.ts';

/** The caller's body failed, not S3: its error is passed on as it is. */
export class BodyFailed extends Error {
  override readonly name = 'BodyFailed';
}

/** An answer that ended early, or that cannot be what was asked for. */
export class AnswerBroken extends Error {
  override readonly name = 'AnswerBroken';
}

/** S3's own names of errors: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const codeByName: Readonly<Record<string, StorageErrorCode>> = {
  NoSuchKey: 'object-not-found',
  NoSuchVersion: 'object-not-found',
  NotFound: 'object-not-found',
  NoSuchUpload: 'multipart-not-found',
  PreconditionFailed: 'object-exists',
  InvalidPart: 'part-mismatch',
  InvalidPartOrder: 'part-mismatch',
  EntityTooSmall: 'part-too-small',
  BadDigest: 'checksum-mismatch',
  InvalidDigest: 'checksum-mismatch',
  XAmzContentSHA256Mismatch: 'checksum-mismatch',
  IncompleteBody: 'length-mismatch',
  InvalidRange: 'range-invalid',
};

const sentenceByCode: Partial<Readonly<Record<StorageErrorCode, string>>> = {
  'object-not-found': 'There is no such object.',
  'object-exists': 'The object exists already.',
  'multipart-not-found': 'There is no such multipart upload.',
};

/** Errors with a status below 500 that pass by themselves. */
const passingNames = new Set([
  'RequestTimeout',
  'TimeoutError',
  'SlowDown',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  // Another request touched the key at the same moment; S3 asks for a retry.
  'ConditionalRequestConflict',
  'OperationAborted',
  // The client has learned S3's time from the refusal and signs the next one by it.
  'RequestTimeTooSkewed',
  // Credentials of a role end; the next request fetches new ones.
  'ExpiredToken',
  'ExpiredTokenException',
  'AnswerBroken',
]);

interface ErrorShape {
  readonly name: string;
  readonly status?: number;
  /** The SDK sent it, and no answer came. */
  readonly isUnanswered: boolean;
  /** Of the operating system, such as ECONNRESET. */
  readonly systemCode?: string;
}

/** True when the same request may succeed later. */
export function isTransientS3Error(error: unknown): boolean {
  const shape = shapeOf(error);
  if (!shape || error instanceof StorageError || error instanceof BodyFailed) return false;
  // Also where S3 had to put it into an answer that began with 200, of which the SDK makes a 503.
  if (codeByName[shape.name]) return false;
  // Below 300: an answer that began as a success and then could not be read.
  if (shape.status !== undefined && (shape.status < 300 || shape.status >= 500 || shape.status === 429))
    return true;
  return passingNames.has(shape.name) || shape.isUnanswered || shape.systemCode !== undefined;
}

/**
 * True when nobody can say from the error whether the request took effect: there was no answer, or one that blames the
 * server.
 */
export function isAmbiguousS3Error(error: unknown): boolean {
  const { status } = shapeOf(error) ?? {};
  return isTransientS3Error(error) && (status === undefined || status < 300 || status >= 500);
}

/** True for an error that S3 names so. */
export function isS3Error(error: unknown, ...names: readonly string[]): boolean {
  const shape = shapeOf(error);
  return shape !== undefined && names.includes(shape.name);
}

/** True when a condition of the request did not hold. */
export function isPreconditionFailed(error: unknown): boolean {
  return s3StatusOf(error) === 412 || isS3Error(error, 'PreconditionFailed');
}

/** The status of S3's answer; undefined when there was none. */
export function s3StatusOf(error: unknown): number | undefined {
  return shapeOf(error)?.status;
}

/** What callers of the store see of a failed request; what is no error of S3 or the network passes through as it is. */
export function toStorageError(error: unknown, bucket: string, key?: string): unknown {
  if (error instanceof BodyFailed) return error.cause;
  const shape = shapeOf(error);
  if (!shape || error instanceof StorageError) return error;
  const { name, status, systemCode } = shape;
  const isOfS3 =
    status !== undefined || shape.isUnanswered || systemCode !== undefined || passingNames.has(name);
  if (!isOfS3 && name !== 'CredentialsProviderError') return error;
  const code = status === 507 ? 'storage-full' : codeByName[name];
  if (code)
    return new StorageError(code, sentenceByCode[code] ?? `S3 refused the request: ${name}.`, {
      key,
      cause: error,
    });
  return new StorageError('storage-unavailable', adviceFor(shape, bucket), { key, cause: error });
}

function adviceFor({ name, status, systemCode }: ErrorShape, bucket: string): string {
  if (name === 'NoSuchBucket')
    return `There is no bucket ${bucket}; create it, or correct the name or the endpoint in the configuration.`;
  if (name === 'CredentialsProviderError')
    return 'There are no AWS credentials; give the process a role, or set AWS_PROFILE.';
  if (status === 301 || name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed')
    return `The bucket ${bucket} is in another region; correct the region in the configuration.`;
  if (status === 403)
    return `S3 refuses this process (${name}); allow its role the objects, versions and uploads of ${bucket}, and s3:ListBucket.`;
  return `S3 did not answer as it should (${systemCode ?? name}); try again.`;
}

/** By its shape: in jest, Node's own errors are of another realm. */
function shapeOf(error: unknown): ErrorShape | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  const { name, code, $metadata } = error as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number; attempts?: number };
  };
  const isOfSystem = typeof code === 'string' && /^E[A-Z_]+$/.test(code);
  return {
    name: String(name),
    status: $metadata?.httpStatusCode,
    isUnanswered: $metadata?.attempts !== undefined && $metadata.httpStatusCode === undefined,
    systemCode: isOfSystem ? code : undefined,
  };
}
