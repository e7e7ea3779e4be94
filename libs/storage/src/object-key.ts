import { StorageError } from './storage-error.ts';

const maxKeyLength = 512;
const key = /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._=-]{1,200}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._=-]{1,200})*$/;
const prefixText = /^[A-Za-z0-9._=/-]*$/;

/** True for a key of the port's grammar. Segments end at 200 characters because file systems end at 255. */
export function isKey(text: string): boolean {
  return text.length <= maxKeyLength && key.test(text);
}

/** @throws StorageError `key-invalid` */
export function checkKey(text: string): void {
  if (!isKey(text))
    throw new StorageError('key-invalid', 'The key is not in the grammar of keys.', { key: text });
}

/**
 * A prefix is any string that some key starts with, or the empty one; it may end inside a segment.
 * @throws StorageError `key-invalid`
 */
export function checkPrefix(text: string): void {
  const wholeSegments = text.slice(0, text.lastIndexOf('/') + 1);
  const isValid =
    text.length <= maxKeyLength &&
    prefixText.test(text) &&
    (wholeSegments === '' || isKey(wholeSegments.slice(0, -1)));
  if (!isValid) throw new StorageError('key-invalid', 'No key can start with this prefix.', { key: text });
}

/**
 * The prefix of a deletion may not be empty: a forgotten tenant id must not delete everybody's recordings.
 * @throws StorageError `key-invalid`
 */
export function checkDeletionPrefix(text: string): void {
  checkPrefix(text);
  if (text === '')
    throw new StorageError('key-invalid', 'Deleting needs a prefix that is not empty.', { key: text });
}
