export { assertRedis } from './assert-redis.ts';
export { createBullmqQueue, incarnationOf } from './bullmq-queue.ts';
export type { BullmqQueue, BullmqQueueOptions } from './bullmq-queue.ts';
export { runBullmqWorker } from './bullmq-worker.ts';
export type {
  BullmqWorker,
  BullmqWorkerHooks,
  BullmqWorkerOptions,
  BullmqWorkerTiming,
} from './bullmq-worker.ts';
export { watchIncarnation } from './incarnation.ts';
export type { IncarnationLoss, IncarnationWatch, IncarnationWatchOptions } from './incarnation.ts';
export type { RedisSettings } from './redis-connection.ts';
