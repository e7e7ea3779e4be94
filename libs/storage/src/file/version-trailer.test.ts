import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf } from '../contract/harness.ts';
import { readTrailer, trailerOf } from './version-trailer.ts';

const folder = mkdtempSync(join(tmpdir(), 'edf-trailer-'));
afterAll(() => rmSync(folder, { recursive: true }));

function trailerIn(bytes: Uint8Array) {
  const path = join(folder, 'version');
  writeFileSync(path, bytes);
  const descriptor = openSync(path, 'r');
  try {
    return readTrailer(descriptor, 'a');
  } finally {
    closeSync(descriptor);
  }
}

test.each([0, 1, 5000])(
  'a head is found behind %i bytes, also one that is longer than the first read',
  (length) => {
    for (const contentType of ['text/plain', 'ä'.repeat(4000)]) {
      const head = { key: 'a', contentType };
      const { text, byteLength } = trailerIn(Buffer.concat([new Uint8Array(length), trailerOf(head)]));
      expect(JSON.parse(text)).toEqual(head);
      expect(byteLength).toBe(length);
    }
  },
);

test('a file that was cut anywhere has no head, even when its bytes look like one', () => {
  const whole = Buffer.concat([bytesOf('text'), trailerOf({ key: 'a' })]);
  for (let length = 0; length < whole.byteLength; length++) {
    expect(() => trailerIn(whole.subarray(0, length))).toThrow(
      expect.objectContaining({ code: 'storage-unavailable' }),
    );
  }
  expect(() => trailerIn(bytesOf('zzzzzzzzedfhead\n'))).toThrow('damaged');
  expect(() => trailerIn(bytesOf('000000ffedfhead\n'))).toThrow('damaged');
});
