export { runCli } from './run-cli.ts';
export type { CliProcess } from './run-cli.ts';
