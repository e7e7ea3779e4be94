import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

/**
 * Structured log lines: a constant sentence and data in fields. Patient and recording identification, file names,
 * tokens and signed URLs never belong into them; the fields that could hold any are blanked all the same.
 */
export interface Logger {
  debug(sentence: string, fields?: LogFields): void;
  info(sentence: string, fields?: LogFields): void;
  warn(sentence: string, fields?: LogFields): void;
  error(sentence: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const sensitive = [
  'authorization',
  'accessToken',
  'token',
  'url',
  'query',
  'fileName',
  'localPatientIdentification',
  'localRecordingIdentification',
  'headerBase64',
  'text',
];

/** @param destination standard output when left out */
export function createLogger(options: { name: string; level: LogLevel }, destination?: DestinationStream): Logger {
  const paths = sensitive.flatMap((field) => [field, `*.${field}`]);
  const logger = pino(
    {
      name: options.name,
      level: options.level,
      base: { service: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[removed]' },
      serializers: { error: serializeError },
    },
    destination ?? pino.destination({ fd: 1, sync: false }),
  );
  return adapt(logger);
}

function adapt(logger: PinoLogger): Logger {
  return {
    debug: (sentence, fields) => logger.debug(fields ?? {}, sentence),
    info: (sentence, fields) => logger.info(fields ?? {}, sentence),
    warn: (sentence, fields) => logger.warn(fields ?? {}, sentence),
    error: (sentence, fields) => logger.error(fields ?? {}, sentence),
    child: (fields) => adapt(logger.child(fields)),
  };
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  return {
    name: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
