export { JobQueueError, isJobQueueError, isTransientQueueError } from './job-queue-error.ts';
export type { JobQueueErrorCode } from './job-queue-error.ts';
export { workName } from './job-queue.ts';
export type { Demand, JobQueue, Work, WorkHandler, WorkOutcome, WorkState } from './job-queue.ts';
