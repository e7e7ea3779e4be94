import { JobQueueError } from './job-queue-error.ts';
import type { Work } from './job-queue.ts';
import { workName } from './job-queue.ts';

/** Names only: what is longer carries something that does not belong into a queue. */
export const MAX_WORK_BYTES = 2048;

/** What travels through executors that keep work outside this process: these names and nothing else. */
export type WorkMessage = Pick<Work, 'tenant' | 'jobId' | 'dispatch' | 'range' | 'traceparent'>;

/** @throws JobQueueError work-invalid, work-too-large */
export function toWorkMessage(work: Work): WorkMessage {
  workName(work);
  // Field by field: callers spread rows of the ledger into work, and those hold more.
  const { tenant, jobId, dispatch, range, traceparent } = work;
  const message = { tenant, jobId, dispatch, range, ...(traceparent !== undefined && { traceparent }) };
  const byteLength = Buffer.byteLength(JSON.stringify(message));
  if (byteLength > MAX_WORK_BYTES) {
    const limits = `${byteLength} bytes; work carries names only, at most ${MAX_WORK_BYTES} bytes`;
    throw new JobQueueError('work-too-large', `the work of job ${jobId} has ${limits}`);
  }
  return message;
}

/**
 * Reads what an executor delivers; others may have written there too.
 *
 * @throws JobQueueError work-invalid, without what was found
 */
export function readWorkMessage(value: unknown): Work {
  const { tenant, jobId, dispatch, range, traceparent } = (value ?? {}) as Record<string, unknown>;
  const isWork =
    typeof tenant === 'string' &&
    typeof jobId === 'string' &&
    typeof dispatch === 'number' &&
    typeof range === 'number' &&
    (traceparent === undefined || typeof traceparent === 'string');
  if (!isWork) throw new JobQueueError('work-invalid', 'what was delivered is not work of this product');
  const work = { tenant, jobId, dispatch, range, ...(traceparent !== undefined && { traceparent }) };
  workName(work);
  return work;
}
