export { createLambdaHandler } from './lambda-handler.ts';
export type { LambdaAnswer, LambdaEvent, LambdaHandlerOptions } from './lambda-handler.ts';
export { createLambdaQueue } from './lambda-queue.ts';
export type { LambdaQueueOptions } from './lambda-queue.ts';
export { runLambdaRuntime } from './lambda-runtime.ts';
export type { LambdaRuntimeOptions } from './lambda-runtime.ts';
export { RuntimeApiError } from './runtime-api.ts';
