import { byteSourceFromBytes } from '../../byte-source.ts';
import { readDigital } from '../../data-record.ts';
import { concatenateEdf } from '../../edit/concatenate.ts';
import { convertEdf } from '../../edit/convert.ts';
import { cropEdf } from '../../edit/crop.ts';
import type { EdfOutput } from '../../edit/edf-output.ts';
import { collectBytes } from '../../edit/edf-output.ts';
import { selectSignals } from '../../edit/select-signals.ts';
import { splitDiscontinuous } from '../../edit/split-discontinuous.ts';
import { isEdfError } from '../../errors.ts';
import type { EdfFile } from '../../open.ts';
import { openEdf } from '../../open.ts';
import { expectThat } from './expect-that.ts';

const edits: Record<string, (file: EdfFile) => Promise<readonly EdfOutput[]>> = {
  crop: async (file) => [await cropEdf(file, { fromNs: 1_000_000_000n, toNs: 2_500_000_000n })],
  select: async (file) => [await selectSignals(file, [0])],
  split: async (file) => splitDiscontinuous(file),
  join: async (file) => [await concatenateEdf([file])],
  widen: async (file) => [await convertEdf(file, 'BDF+D')],
  narrow: async (file) => [await convertEdf(file, 'EDF', { dropAnnotations: true })],
};

/** Edits a recording in every way there is. What is written opens again and has the samples it was made of. */
export async function editEverything(bytes: Uint8Array): Promise<void> {
  const file = await openEdf(byteSourceFromBytes(bytes));
  for (const [name, edit] of Object.entries(edits)) {
    for (const output of await orNothing(() => edit(file), [])) {
      const written = await orNothing(() => collectBytes(output.bytes()), null);
      if (written === null) continue;
      expectThat(written.length === output.byteLength, `${name} knows its size`);
      await expectReadable(written, output, name);
      if (name === 'widen') await expectSameSamples(file, written);
    }
  }
}

async function expectReadable(written: Uint8Array, output: EdfOutput, name: string): Promise<void> {
  try {
    const again = await openEdf(byteSourceFromBytes(written));
    expectThat(again.dataRecordCount === output.dataRecordCount, `${name} writes all data records`);
  } catch (error) {
    if (isEdfError(error)) throw new Error(`What ${name} writes is refused.`, { cause: error });
    throw error;
  }
}

async function expectSameSamples(file: EdfFile, written: Uint8Array): Promise<void> {
  const again = await openEdf(byteSourceFromBytes(written));
  const ordinary = (one: EdfFile) => one.header.signals.filter(({ isAnnotations }) => !isAnnotations);
  const wide = ordinary(again);
  for (const [place, { index, samplesPerDataRecord }] of ordinary(file).slice(0, 4).entries()) {
    const count = Math.min(samplesPerDataRecord * file.dataRecordCount, 2000);
    const before = await readDigital(file, index, 0, count);
    const after = await readDigital(again, wide[place]!.index, 0, count);
    expectThat(
      before.every((value, i) => value === after[i]),
      'widening keeps every sample',
    );
  }
}

async function orNothing<T>(make: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (isEdfError(error)) return nothing;
    throw error;
  }
}
