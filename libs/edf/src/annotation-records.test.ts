import type { ByteSource } from './byte-source.ts';
import { isEdfError } from './errors.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import { fuzzSeeds } from './test-support/fuzzing/fuzz-seeds.ts';
import { goodOptions, recordingBytes } from './test-support/recordings.ts';

interface CountingSource extends ByteSource {
  readonly reads: string[];
}

function sourceOf(bytes: Uint8Array, readOverheadBytes?: number): CountingSource {
  const reads: string[] = [];
  return {
    byteLength: bytes.length,
    reads,
    ...(readOverheadBytes !== undefined && { readOverheadBytes }),
    async slice(start, end) {
      reads.push(`${start}-${end}`);
      return bytes.slice(start, end);
    },
    async readInto(target, start) {
      const found = bytes.subarray(start, start + target.length);
      reads.push(`${start}-${start + found.length}`);
      target.set(found);
      return found.length;
    },
  };
}

async function annotationsOf(source: ByteSource) {
  try {
    return await readAnnotations(await openEdf(source));
  } catch (error) {
    if (isEdfError(error)) return error.code;
    throw error;
  }
}

/** Three data records of 2,000 samples and annotations behind them. */
const large = recordingBytes(
  goodOptions('EDF+C', {
    signals: [{ ...goodOptions('EDF+C').signals[0]!, samplesPerDataRecord: 2_000 }],
  }),
  [{ annotations: [{ onsetSeconds: 0.5, text: 'Lights off' }] }],
);

test('annotations are the same whether the samples between are read or skipped', async () => {
  for (const bytes of fuzzSeeds())
    expect(await annotationsOf(sourceOf(bytes, 0))).toEqual(await annotationsOf(sourceOf(bytes)));
});

test('samples are skipped where reading them costs more than one read more', async () => {
  const source = sourceOf(large, 1_000);
  const { annotations } = await readAnnotations(await openEdf(source));

  expect(annotations.map(({ text }) => text)).toEqual(['Lights off']);
  expect(source.reads.slice(1)).toEqual(['4768-4828', '8828-8888', '12888-12948']);
});

test.each([undefined, 4_000, 1_000_000])(
  'all is read at once where one read more costs as much as %s bytes',
  async (readOverheadBytes) => {
    const source = sourceOf(large, readOverheadBytes);
    await readAnnotations(await openEdf(source));

    expect(source.reads.slice(1)).toEqual(['768-12948']);
  },
);
