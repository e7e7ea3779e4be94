export { acceptObject } from './accept-object.ts';
export type { AcceptedObject } from './accept-object.ts';
export type { DispatcherDeps, DispatcherSettings } from './deps.ts';
export { recover, startDispatcher } from './dispatcher.ts';
export type { Dispatcher } from './dispatcher.ts';
export { createWebhookSender } from './webhook-sender.ts';
export type { WebhookSender } from './webhook-sender.ts';
