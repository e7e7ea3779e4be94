import type { Recording } from '@edf-pipeline/contracts';
import { ApiProblem } from '@edf-pipeline/uploader';

/** Why there is nothing to show. */
export type Gone = 'unknown' | 'deleting' | 'deleted';

/**
 * @param status what is known of it, if anything
 * @param error of the last time it was asked for
 * @returns null when it is there, as far as is known
 */
export function whyGone(status: Recording['status'] | undefined, error: unknown): Gone | null {
  if (status !== undefined && status !== 'available') return status;
  if (!(error instanceof ApiProblem && error.code === 'not-found')) return null;
  return status === undefined ? 'unknown' : 'deleted';
}
