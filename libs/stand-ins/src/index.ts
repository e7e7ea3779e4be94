export { startDynamodbLocal } from './dynamodb-local.ts';
export type { DynamodbLocal } from './dynamodb-local.ts';
export { StandInMissing } from './installation.ts';
export { startMinistack } from './ministack.ts';
export type { Ministack } from './ministack.ts';
export { startRedis } from './redis.ts';
export type { RedisOptions, RedisServer } from './redis.ts';
export { freePort, startServerProcess } from './server-process.ts';
export type { ServerCommand, ServerProcess } from './server-process.ts';
