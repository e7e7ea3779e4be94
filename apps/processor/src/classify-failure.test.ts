import type { EdfErrorCode } from '@edf-pipeline/edf';
import { EdfError, GzipError } from '@edf-pipeline/edf';
import { StoreUnavailable, WriteConflict } from '@edf-pipeline/ledger';
import type { StorageErrorCode } from '@edf-pipeline/storage';
import { StorageError } from '@edf-pipeline/storage';
import { classifyFailure, whereOf } from './classify-failure.ts';

// Every code there is: a new one does not compile before somebody has decided.
const edfCodes: Record<EdfErrorCode, 'invalid_input' | 'transient' | 'resource'> = {
  'empty-file': 'invalid_input',
  'not-edf': 'invalid_input',
  'gzip-not-supported-here': 'invalid_input',
  'header-truncated': 'invalid_input',
  'header-field-invalid': 'invalid_input',
  'source-read-short': 'transient',
  'source-read-failed': 'transient',
  'range-invalid': 'invalid_input',
  'write-value-invalid': 'invalid_input',
  'annotations-too-long': 'invalid_input',
  'memory-insufficient': 'resource',
};
const storageCodes: Record<StorageErrorCode, string> = {
  'object-not-found': 'source-missing',
  'object-exists': 'object-exists',
  'key-invalid': 'key-invalid',
  'multipart-not-found': 'multipart-not-found',
  'part-mismatch': 'part-mismatch',
  'part-too-small': 'part-too-small',
  'checksum-mismatch': 'checksum-mismatch',
  'length-mismatch': 'length-mismatch',
  'signature-invalid': 'signature-invalid',
  'signature-expired': 'signature-expired',
  'range-invalid': 'range-invalid',
  'storage-full': 'storage-full',
  'storage-unavailable': 'storage-unavailable',
};
const SECRET = 'canary Jane Doe';

describe('a failure', () => {
  it.each(Object.entries(edfCodes))('of reading EDF with the code %s is %s', (code, failureClass) => {
    const error = new EdfError(code as EdfErrorCode, 'The field is wrong.', {
      offset: 12,
      field: 'startDate',
    });

    expect(classifyFailure(error)).toEqual({
      class: failureClass,
      code,
      message: 'The field is wrong.',
      offset: 12,
      field: 'startDate',
    });
  });

  it.each(['gzip-damaged', 'gzip-expands-too-much'] as const)(
    'of inflating with the code %s is the file’s',
    (code) => {
      expect(classifyFailure(new GzipError(code, 'It is damaged.'))).toEqual({
        class: 'invalid_input',
        code,
        message: 'It is damaged.',
      });
    },
  );

  it.each(Object.entries(storageCodes))(
    'of the object store with the code %s may pass, and is called %s',
    (code, told) => {
      const failure = classifyFailure(new StorageError(code as StorageErrorCode, SECRET));

      expect(failure).toMatchObject({ class: 'transient', code: told });
      expect(failure.message).not.toContain(SECRET);
    },
  );

  it.each([
    ['silent', new StoreUnavailable('store-unavailable', SECRET), 'store-unavailable'],
    ['full', new StoreUnavailable('store-full', SECRET), 'storage-full'],
    ['always written by others first', new WriteConflict({ pk: SECRET, sk: SECRET }), 'write-conflict'],
  ])('of a ledger that is %s may pass', (_how, error, code) => {
    const failure = classifyFailure(error);

    expect(failure).toMatchObject({ class: 'transient', code });
    expect(failure.message).not.toContain(SECRET);
  });

  it.each([new TypeError(SECRET), new RangeError(SECRET), SECRET, undefined, null, { code: 'not-edf' }])(
    'of our own (%#) is a crash, and repeats nothing that may stand in the file',
    (error) => {
      const failure = classifyFailure(error);

      expect(failure).toMatchObject({ class: 'crash', code: 'analysis-error' });
      expect(JSON.stringify(failure)).not.toContain(SECRET);
    },
  );
});

describe('where an error was thrown', () => {
  it('is told by the frames of its stack, without the message, also when that has several lines', () => {
    const where = whereOf(new TypeError(`${SECRET}\n${SECRET} at the end`));

    expect(where).toMatch(/^TypeError\n\s+at .*classify-failure\.test/);
    expect(where).not.toContain(SECRET);
  });

  it('is nowhere for what is no error', () => {
    expect(whereOf(SECRET)).toBe('string');
  });
});
