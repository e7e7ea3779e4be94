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
export function createLogger(
  options: { name: string; level: LogLevel },
  destination?: DestinationStream,
): Logger {
  const paths = sensitive.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  const logger = pino(
    {
      name: options.name,
      level: options.level,
      base: { service: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[removed]' },
      serializers: { error: (error: unknown) => serializeError(error) },
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

/** A cause may lead back to its own error. */
const MAX_CAUSES = 5;

/** Named members only: what else an error carries may be anything. */
function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return withoutSecrets(String(error));
  return {
    name: error.name,
    message: withoutSecrets(error.message),
    ...('code' in error && { code: error.code }),
    stack: withoutSecrets(error.stack ?? ''),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: serializeError(error.cause, depth + 1) }),
  };
}

/** Messages of libraries quote addresses, whose query is a signature, and headers. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(/(\w+:\/\/[^\s?'"]*)\?[^\s'"]*/g, '$1?[removed]')
    .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[removed]');
}
