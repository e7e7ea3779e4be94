import { JobQueueError, isJobQueueError } from '../job-queue-error.ts';

const CHECK_URL = 'check user and password in the Redis URL, and the ACL of that user';

/** Redis's own first words; the connection's troubles have none of these. */
const known: readonly [RegExp, ConstructorParameters<typeof JobQueueError>[0], string][] = [
  [/^(NOAUTH|WRONGPASS)|invalid password/, 'redis-login-refused', `Redis refused the login; ${CHECK_URL}`],
  [/^NOPERM/, 'redis-not-permitted', `Redis does not let this user do what the queue needs; ${CHECK_URL}`],
  [/^OOM/, 'queue-full', 'Redis has no memory left; work waits in the ledger until there is some'],
  [/Command timed out/, 'queue-timeout', 'Redis did not answer in time'],
  [/^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)/, 'queue-unavailable', 'Redis is changing over'],
  [/^(ERR|CROSSSLOT|NOSCRIPT|WRONGTYPE|BUSY)/, 'queue-refused', 'Redis refused a command of the queue'],
];

/** What a failure of Redis or of the way to it means; the address is in `cause` only. */
export function toQueueError(error: unknown): JobQueueError {
  if (isJobQueueError(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  const match = known.find(([pattern]) => pattern.test(text));
  if (match) return new JobQueueError(match[1], match[2], { cause: error });
  return new JobQueueError('queue-unavailable', 'Redis cannot be reached', { cause: error });
}
