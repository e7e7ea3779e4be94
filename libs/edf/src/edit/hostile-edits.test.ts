import fc from 'fast-check';
import { byteSourceFromBytes } from '../byte-source.ts';
import { deidentify } from '../deidentify/deidentify.ts';
import { isEdfError } from '../errors.ts';
import { openEdf } from '../open.ts';
import type { EdfFile } from '../open.ts';
import { goodRecording, withField, withSignalField } from '../test-support/recordings.ts';
import { concatenateEdf } from './concatenate.ts';
import { convertEdf } from './convert.ts';
import { cropEdf } from './crop.ts';
import { selectSignals } from './select-signals.ts';
import { splitDiscontinuous } from './split-discontinuous.ts';

const edits: Record<string, (file: EdfFile) => Promise<{ bytes(): AsyncIterable<Uint8Array> }[]>> = {
  crop: async (file) => [await cropEdf(file, { fromNs: 1_000_000_000n, toNs: 2_500_000_000n })],
  select: async (file) => [await selectSignals(file, [0])],
  split: async (file) => splitDiscontinuous(file),
  join: async (file) => [await concatenateEdf([file, file])],
  widen: async (file) => [await convertEdf(file, 'BDF+D')],
  narrow: async (file) => [await convertEdf(file, 'EDF', { dropAnnotations: true })],
  deidentify: async (file) => [await deidentify(file, { keepAge: true })],
  shift: async (file) => [await deidentify(file, { dates: { kind: 'shift', secret: new Uint8Array(16) } })],
};

/** Nothing thrown, or an EdfError. */
async function survives(bytes: Uint8Array): Promise<void> {
  for (const edit of Object.values(edits)) {
    try {
      for (const output of await edit(await openEdf(byteSourceFromBytes(bytes))))
        for await (const piece of output.bytes()) void piece;
    } catch (error) {
      if (!isEdfError(error)) throw error;
    }
  }
}

test('bytes spoilt anywhere give a result or an EdfError from every edit', async () => {
  const variant = fc.constantFrom('EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+D');
  const spoiling = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(variant, spoiling, fc.nat(), async (kind, changes, cut) => {
      const good = goodRecording(kind as 'EDF');
      for (const [place, value] of changes) good[place % good.length] = value;
      await survives(good.subarray(0, good.length - (cut % 200)));
    }),
    { numRuns: 300 },
  );
});

test('a header that promises more than there is allocates no more than there is', async () => {
  let bytes = withField(goodRecording('EDF+C'), 'dataRecordCount', '99999999');
  bytes = withSignalField(bytes, 'samplesPerDataRecord', 0, '99999999');
  const before = process.memoryUsage().arrayBuffers;
  const startedAt = performance.now();
  await survives(bytes);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
