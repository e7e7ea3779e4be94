/**
 * Content id of a file from the SHA-256 digests of its parts, cut by `partRangesFor`: base64 of the one
 * digest, or S3's composite form, base64 SHA-256 of the concatenated digests and `-<number of parts>`.
 *
 * @param partDigests 32 bytes each, in order, at least one
 */
export async function contentIdOf(partDigests: readonly Uint8Array[]): Promise<string> {
  const first = partDigests[0];
  if (!first) throw new RangeError('a content id needs at least one part digest');
  if (partDigests.length === 1) return toBase64(first);
  const joined = new Uint8Array(partDigests.length * 32);
  partDigests.forEach((digest, index) => joined.set(digest, index * 32));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', joined));
  return `${toBase64(digest)}-${partDigests.length}`;
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}

/** @throws DOMException when `text` is not base64 */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
