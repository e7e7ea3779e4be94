export { workName } from './job-queue.ts';
export type { Demand, JobQueue, Work, WorkState } from './job-queue.ts';
