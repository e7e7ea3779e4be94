import type { LogLevel, Logger } from '../logger.ts';
import { createLogger } from '../logger.ts';

/** A logger whose lines can be looked at. */
export function capturedLogger(level: LogLevel = 'debug'): {
  logger: Logger;
  text: () => string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON: the test says what it expects
  lines: () => Record<string, any>[];
} {
  const written: string[] = [];
  const logger = createLogger({ name: 'test', level }, { write: (line) => void written.push(line) });
  return { logger, text: () => written.join(''), lines: () => written.map((line) => JSON.parse(line)) };
}
