export { readConfig } from './config.ts';
export type { StandaloneConfig } from './config.ts';
export { startStandalone } from './standalone.ts';
export type { Standalone } from './standalone.ts';
