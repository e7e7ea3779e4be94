// Any bytes at all: a typed error or a correct prefix, never a crash, never more memory than the file has.
import { byteSourceFromBytes } from './byte-source.ts';
import { readDigital } from './data-record.ts';
import { isEdfError } from './errors.ts';
import type { EdfVariant } from './header.ts';
import { checkHeader } from './header.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import { goodRecording, latin1, withBytes, withField } from './test-support/recordings.ts';

/** A seeded stream of 32-bit numbers (mulberry32), so that a failure can be repeated. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

function randomBytes(length: number, seed: number): Uint8Array {
  const next = randomNumbers(seed);
  return new Uint8Array(length).map(() => next());
}

/** Everything the library can do with a file. @returns the error code, or the digital values of each signal */
async function readAll(bytes: Uint8Array): Promise<string | number[][]> {
  const checked = checkHeader(bytes, bytes.length);
  try {
    const file = await openEdf(byteSourceFromBytes(bytes));
    expect(checked.header).not.toBeNull();
    await readAnnotations(file);
    const values: number[][] = [];
    for (const signal of file.header.signals) {
      if (signal.isAnnotations) continue;
      const count = signal.samplesPerDataRecord * file.dataRecordCount;
      values.push([...(await readDigital(file, signal.index, 0, count))]);
    }
    return values;
  } catch (error) {
    if (!isEdfError(error)) throw error;
    expect(checked.header).toBeNull();
    expect(checked.findings.some(({ severity }) => severity === 'fatal')).toBe(true);
    return error.code;
  }
}

test.each<EdfVariant>(['EDF', 'EDF+D', 'BDF+C'])(
  'a %s file cut at any byte gives an error code or a prefix',
  async (variant) => {
    const whole = goodRecording(variant);
    const expected = (await readAll(whole)) as number[][];
    for (let length = 0; length < whole.length; length++) {
      const result = await readAll(whole.subarray(0, length));
      if (typeof result === 'string') {
        expect(result).toBe(length === 0 ? 'empty-file' : 'header-truncated');
        continue;
      }
      result.forEach((values, index) => expect(values).toEqual(expected[index]!.slice(0, values.length)));
    }
  },
);

test('64 KB of random bytes are dealt with in under 250 ms, with and without a valid version or header', async () => {
  const good = goodRecording('EDF+D', { annotationsBytesPerRecord: 60_000 });
  for (let seed = 1; seed <= 10; seed++) {
    const noise = randomBytes(65_536, seed);
    const withVersion = withBytes(noise, 0, latin1('0       '));
    const withHeader = withBytes(noise, 0, good.subarray(0, 1024));
    for (const bytes of [noise, withVersion, withHeader]) {
      const start = performance.now();
      await readAll(bytes);
      expect(performance.now() - start).toBeLessThan(250);
    }
  }
});

test('a good file with random bytes changed never fails but with a code', async () => {
  const next = randomNumbers(2026);
  for (const variant of ['EDF', 'EDF+C', 'BDF+D'] as const) {
    const good = goodRecording(variant);
    for (let round = 0; round < 400; round++) {
      const bytes = good.slice();
      const changes = 1 + (next() % 6);
      for (let i = 0; i < changes; i++) bytes[next() % bytes.length] = next();
      await readAll(bytes);
    }
  }
});

test('header fields of random printable characters never fail but with a code', async () => {
  const next = randomNumbers(7);
  const characters = latin1('0123456789+-.,eE \0XyC:');
  for (let round = 0; round < 400; round++) {
    const bytes = goodRecording('EDF+C').slice();
    const start = 168 + (next() % 856);
    const length = Math.min(1 + (next() % 40), 1024 - start);
    for (let i = 0; i < length; i++) bytes[start + i] = characters[next() % characters.length]!;
    await readAll(bytes);
  }
});

test('a header of 9999 signals of noise and a data record of 200000 annotations are read', async () => {
  const noise = randomBytes(256 * 10_000, 3);
  const fixed = withField(goodRecording('EDF+C'), 'signalCount', '9999').subarray(0, 256);
  const { header, findings } = checkHeader(withBytes(noise, 0, fixed), noise.length);
  expect(header).toBeNull();
  expect(findings.length).toBeGreaterThan(9999);

  const bytes = goodRecording('EDF+C', { annotationsBytesPerRecord: 1_400_000, dataRecordCount: 1 });
  const start = bytes.length - 1_400_000;
  const crowded = withBytes(bytes, start, latin1(`+0\x14\x14\0${'+1\x14ab\x14\0'.repeat(199_999)}`));
  const { annotations } = await readAnnotations(await openEdf(byteSourceFromBytes(crowded)));
  expect(annotations).toHaveLength(199_999);
});
