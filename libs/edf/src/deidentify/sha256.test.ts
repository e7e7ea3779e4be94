import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { hmacSha256, Sha256 } from './sha256.ts';

test('SHA-256 of bytes in any pieces is what the platform computes of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
      const ours = new Sha256();
      const theirs = createHash('sha256');
      for (const piece of pieces) {
        ours.update(piece);
        theirs.update(piece);
      }
      expect(ours.hex()).toBe(theirs.digest('hex'));
    }),
  );
});

test('HMAC with keys shorter and longer than a block is what the platform computes', () => {
  for (const length of [0, 16, 64, 65, 200]) {
    const key = new Uint8Array(length).fill(7);
    const message = new TextEncoder().encode('P-1 F 02-AUG-1951 A_Name');
    const expected = createHmac('sha256', key).update(message).digest('hex');
    expect(Buffer.from(hmacSha256(key, message)).toString('hex')).toBe(expected);
  }
});
