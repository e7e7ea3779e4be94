import { StorageError } from '../storage-error.ts';
import { BodyFailed, isAmbiguousS3Error, isTransientS3Error, toStorageError } from './s3-errors.ts';

/** An error as the SDK throws it. */
function answered(name: string, status: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status, attempts: 1 } });
}

const unanswered = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const silent = Object.assign(new Error('timed out'), { name: 'TimeoutError', $metadata: { attempts: 1 } });

test.each([
  ['NoSuchKey', 404, 'object-not-found'],
  ['NoSuchVersion', 404, 'object-not-found'],
  ['NoSuchUpload', 404, 'multipart-not-found'],
  ['PreconditionFailed', 412, 'object-exists'],
  ['InvalidPart', 400, 'part-mismatch'],
  ['InvalidPartOrder', 400, 'part-mismatch'],
  ['EntityTooSmall', 400, 'part-too-small'],
  ['EntityTooSmall', 503, 'part-too-small'], // within an answer that began with 200
  ['BadDigest', 400, 'checksum-mismatch'],
  ['XAmzContentSHA256Mismatch', 400, 'checksum-mismatch'],
  ['IncompleteBody', 400, 'length-mismatch'],
  ['InvalidRange', 416, 'range-invalid'],
  ['XMinioStorageFull', 507, 'storage-full'],
] as const)('%s (%i) is %s and is not tried again, unless room may be made', (name, status, code) => {
  const error = toStorageError(answered(name, status), 'recordings', 'a/b');
  expect(error).toBeInstanceOf(StorageError);
  expect(error).toMatchObject({ code, key: 'a/b', cause: { name } });
  expect(isTransientS3Error(answered(name, status))).toBe(code === 'storage-full');
});

test.each([
  ['SlowDown', 503],
  ['ServiceUnavailable', 503],
  ['InternalError', 500],
  ['RequestTimeout', 400],
  ['ConditionalRequestConflict', 409],
  ['OperationAborted', 409],
  ['RequestTimeTooSkewed', 403],
  ['ExpiredToken', 400],
  ['TooManyRequests', 429],
])('%s (%i) is tried again and ends as unavailable', (name, status) => {
  expect(isTransientS3Error(answered(name, status))).toBe(true);
  expect(toStorageError(answered(name, status), 'recordings')).toMatchObject({ code: 'storage-unavailable' });
});

test.each([
  ['NoSuchBucket', 404, 'There is no bucket recordings; create it'],
  ['AccessDenied', 403, 'S3 refuses this process (AccessDenied); allow its role'],
  ['SignatureDoesNotMatch', 403, 'S3 refuses this process (SignatureDoesNotMatch)'],
  ['PermanentRedirect', 301, 'The bucket recordings is in another region'],
  ['AuthorizationHeaderMalformed', 400, 'The bucket recordings is in another region'],
])('%s (%i) is not tried again and says what to do', (name, status, start) => {
  expect(isTransientS3Error(answered(name, status))).toBe(false);
  expect(toStorageError(answered(name, status), 'recordings')).toMatchObject({
    code: 'storage-unavailable',
    message: expect.stringContaining(start),
  });
});

test('missing credentials are named', () => {
  const error = Object.assign(new Error('Could not load'), { name: 'CredentialsProviderError' });
  expect(toStorageError(error, 'recordings')).toMatchObject({
    code: 'storage-unavailable',
    message: 'There are no AWS credentials; give the process a role, or set AWS_PROFILE.',
  });
});

test('a request without an answer may have been carried out; one that was refused was not', () => {
  for (const error of [unanswered, silent, answered('InternalError', 500), answered('Error', 200)]) {
    expect(isAmbiguousS3Error(error)).toBe(true);
    expect(toStorageError(error, 'recordings')).toMatchObject({ code: 'storage-unavailable' });
  }
  for (const error of [answered('ConditionalRequestConflict', 409), answered('NoSuchUpload', 404)])
    expect(isAmbiguousS3Error(error)).toBe(false);
});

test('what is no error of S3 passes through as it is', () => {
  const fault = new TypeError('A mistake of ours.');
  const known = new StorageError('range-invalid', 'A range is two whole numbers.');
  for (const error of [fault, known, 'text', undefined]) {
    expect(toStorageError(error, 'recordings')).toBe(error);
    expect(isTransientS3Error(error)).toBe(false);
  }
});

test("a body's own failure is passed on, also when it looks like one of the network", () => {
  const error = new BodyFailed('The body failed.', { cause: unanswered });
  expect(isTransientS3Error(error)).toBe(false);
  expect(toStorageError(error, 'recordings')).toBe(unanswered);
});
