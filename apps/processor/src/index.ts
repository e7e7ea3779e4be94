export { createAnalysisPool } from './analysis-pool.ts';
export type { Analyse, AnalysisPool, AnalysisPoolOptions } from './analysis-pool.ts';
export type { AnalysisOutcome, AnalysisTask, StorageDescriptor } from './analysis-task.ts';
export { giveBackLeft } from './lease-notes.ts';
export type { LeaseNotes } from './lease-notes.ts';
export { processWork } from './process-recording.ts';
export type { ProcessDeps, ProcessOutcome } from './process-recording.ts';
export type { Timers } from './timers.ts';
