export { addressKind } from './address-kind.ts';
export type { AddressKind } from './address-kind.ts';
export { awaitDependency } from './await-dependency.ts';
export { clusterShape, keyText, redisShape, routingOf, routingShape } from './cluster-config.ts';
export { ConfigError, integerText, loadConfig } from './config.ts';
export { createHealth } from './health.ts';
export type { Health } from './health.ts';
export { createLogger } from './logger.ts';
export type { LogFields, LogLevel, Logger } from './logger.ts';
export { TargetRefused, createOutboundGuard } from './outbound-guard.ts';
export type {
  HostAddress,
  OutboundGuard,
  OutboundGuardOptions,
  OutboundTarget,
  TargetRefusal,
} from './outbound-guard.ts';
export { repeat } from './repeat.ts';
export type { Repeated } from './repeat.ts';
export { runMain } from './run-main.ts';
export type { Started } from './run-main.ts';
export { serveHttp } from './serve-http.ts';
export type { HttpService } from './serve-http.ts';
export { runShutdown, untilAskedToStop } from './shutdown.ts';
export type { ShutdownPhase } from './shutdown.ts';
export { createTenantSeal, createWebhookSeal } from './tenant-seal.ts';
export type { TenantSeal } from './tenant-seal.ts';
export { createUlidFactory } from './ulid.ts';
export { webhookShape } from './webhook-config.ts';
