import { concatenated } from '../recordings.ts';

/**
 * The shortest and plainest input found that still fails in the same way.
 *
 * @param original a sound recording: bytes that need not differ from it are made like it
 * @param stillFails asked a few thousand times at most
 */
export async function minimise(
  input: Uint8Array,
  original: Uint8Array,
  stillFails: (bytes: Uint8Array) => Promise<boolean>,
  mostAttempts = 3000,
): Promise<Uint8Array> {
  let best = input;
  let left = mostAttempts;
  const tryOn = async (candidate: Uint8Array): Promise<boolean> => {
    if (left-- <= 0 || candidate.length === 0 || !(await stillFails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let length = best.length >> 1; length >= 1; length >>= 1) {
    for (let at = 0; at < best.length && left > 0;)
      if (!(await tryOn(concatenated([best.subarray(0, at), best.subarray(at + length)])))) at += length;
  }
  for (const plain of [(at: number) => original[at], () => 0x20]) {
    for (let length = best.length; length >= 1; length >>= 1) {
      for (let at = 0; at < best.length && left > 0; at += length) {
        const candidate = best.slice();
        for (let i = at; i < Math.min(at + length, best.length); i++)
          candidate[i] = plain(i) ?? candidate[i]!;
        if (candidate.some((byte, i) => byte !== best[i])) await tryOn(candidate);
      }
    }
  }
  return best;
}
