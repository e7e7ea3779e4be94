/** What made reading or writing impossible; every {@link EdfError} carries exactly one. */
export type EdfErrorCode =
  | 'empty-file'
  | 'not-edf'
  | 'gzip-not-supported-here'
  | 'header-truncated'
  | 'header-field-invalid'
  | 'source-read-short'
  | 'source-read-failed'
  | 'range-invalid'
  | 'memory-insufficient'
  | 'write-value-invalid'
  | 'annotations-too-long';

/** Where in the file (and in which field, signal, data record) an {@link EdfError} arose. */
export interface EdfErrorPlace {
  /** Byte from the start of the file; 0 when the error is not about a place in a file. */
  readonly offset?: number;
  readonly field?: string;
  readonly signal?: number;
  readonly record?: number;
  readonly cause?: unknown;
}

/**
 * The only error this library throws for what a file, a source or a caller's value holds.
 * Messages carry codes, numbers and field names, never patient or recording identification.
 */
export class EdfError extends Error {
  override readonly name = 'EdfError';
  readonly code: EdfErrorCode;
  readonly offset: number;
  readonly field?: string;
  readonly signal?: number;
  readonly record?: number;

  constructor(code: EdfErrorCode, message: string, place: EdfErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.offset = place.offset ?? 0;
    if (place.field !== undefined) this.field = place.field;
    if (place.signal !== undefined) this.signal = place.signal;
    if (place.record !== undefined) this.record = place.record;
  }
}

/** Whether `error` is an {@link EdfError} (with this `code`, when one is given). */
export function isEdfError(error: unknown, code?: EdfErrorCode): error is EdfError {
  return error instanceof EdfError && (code === undefined || error.code === code);
}
