/** A word, in the sense of all searching here: letters, their marks, and digits. */
export const wordPattern = /[\p{L}\p{M}\p{N}]+/gu;

const ascii = /^[\0-\x7f]*$/;

/** A word without case and accents, so that names are found however they are written. */
export function foldWord(word: string): string {
  const plain = ascii.test(word) ? word : word.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.toLowerCase();
}
