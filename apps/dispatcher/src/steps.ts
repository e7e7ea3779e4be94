export { fillPools } from './admit.ts';
export { sweep } from './dispatcher.ts';
export { handleMessage } from './handle-message.ts';
export { defaultSqsPollerSettings, pollSqs } from './poll-sqs.ts';
export type { SqsPollerDeps } from './poll-sqs.ts';
