import { parseHeader } from '../header.ts';
import { goodRecording, withBytes } from '../test-support/recordings.ts';
import { SampleDigest } from './sample-digest.ts';

/** FNV-1a by its definition, with integers of any size. */
function fnv1a64(bytes: Iterable<number>): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

function digestOf(bytes: Uint8Array, chunk: number): string {
  const digest = new SampleDigest(parseHeader(bytes), 3);
  for (let at = 0; at < bytes.length; at += chunk) digest.update(bytes.subarray(at, at + chunk));
  return digest.finish();
}

test('the digest is FNV-1a of all bytes of ordinary signals, however they come', () => {
  const plain = goodRecording('EDF');
  const expected = fnv1a64(plain.subarray(768));
  for (const chunk of [1, 7, 18, 100, 10_000]) expect(digestOf(plain, chunk)).toBe(expected);
});

test('annotations are left out, between samples too', () => {
  const bytes = goodRecording('BDF+C');
  const record = 27 + 60;
  const samples = [0, 1, 2].flatMap((n) => [...bytes.subarray(1024 + n * record, 1024 + n * record + 27)]);
  for (const chunk of [5, 87, 10_000]) expect(digestOf(bytes, chunk)).toBe(fnv1a64(samples));
  const spoilt = withBytes(bytes, 1024 + 27, Uint8Array.of(0x2d));
  expect(digestOf(spoilt, 100)).toBe(fnv1a64(samples));
  expect(digestOf(withBytes(bytes, 1024 + 26, Uint8Array.of(0x2d)), 100)).not.toBe(fnv1a64(samples));
});
