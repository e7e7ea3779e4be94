/**
 * What is known of a request that failed.
 * `not-done` it was refused, and may be sent again · `unknown` it may have been carried out · `permanent` it was refused,
 * and would be again.
 */
export type Fate = 'not-done' | 'unknown' | 'permanent';

const refusedForNow = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottledException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
  'LimitExceededException',
  // The table or an index is being changed; it is back in seconds to minutes.
  'ResourceInUseException',
  // The SDK learns the clock's error, or fetches new credentials, from this answer: the next request has them.
  'InvalidSignatureException',
  'ExpiredTokenException',
  'ExpiredToken',
  'RequestExpired',
  'CredentialsProviderError',
]);

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * A request that got no connection, or no free socket, in time: in the SDK's words, and in Node's, which are all that is
 * left when the SDK has wrapped the error. Any other request without an answer may have been carried out.
 */
const noConnection = /did not establish a connection|connect ECONNREFUSED|getaddrinfo (ENOTFOUND|EAI_AGAIN)/;

/** Reasons of a cancelled transaction that pass; an entry without a fault has the reason `None`. */
const passingReasons = new Set([
  'None',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

/** The one place that decides what a failed request means. Errors whose name is new to us are judged by their status. */
export function fateOf(error: unknown): Fate {
  const { name = '', message = '', code = '', $metadata, CancellationReasons } = (error ?? {}) as SdkError;
  if (name === 'TransactionCanceledException') {
    const passes = (CancellationReasons ?? []).every(({ Code }) => passingReasons.has(Code ?? 'None'));
    return passes ? 'not-done' : 'permanent';
  }
  const status = $metadata?.httpStatusCode;
  const wasNotSent = neverConnected.has(code) || (status === undefined && noConnection.test(message));
  if (refusedForNow.has(name) || wasNotSent) return 'not-done';
  if (status === 429) return 'not-done';
  if (status !== undefined && status >= 400 && status < 500) return 'permanent';
  // A mistake of ours before anything was sent, such as data that cannot be serialized.
  if (status === undefined && (error instanceof TypeError || error instanceof RangeError)) return 'permanent';
  return 'unknown';
}
