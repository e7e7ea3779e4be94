// What the bench asks the library to do with a whole recording.
import type { EdfFile, SampleDecoder, SamplePool } from '../../src/index.ts';
import { readSignals } from '../../src/index.ts';

const ordinary = (file: EdfFile): number[] =>
  file.header.signals.filter((signal) => !signal.isAnnotations).map((signal) => signal.index);

export async function streamToFloat32(file: EdfFile, decoder: SampleDecoder): Promise<void> {
  const signals = ordinary(file);
  for await (const block of decoder.blocks()) for (const index of signals) block.fastFloat32(index);
}

export async function streamWithStatistics(file: EdfFile, decoder: SampleDecoder): Promise<void> {
  const signals = ordinary(file);
  decoder.resetStatistics();
  for await (const block of decoder.blocks()) {
    for (const index of signals) {
      block.fastFloat32(index);
      block.measure(index);
    }
  }
}

export async function streamWithOverview(file: EdfFile, decoder: SampleDecoder): Promise<void> {
  const signals = ordinary(file);
  decoder.resetStatistics();
  for await (const block of decoder.blocks()) {
    for (const index of signals) {
      block.fastFloat32(index);
      block.measure(index);
      block.overview(index);
    }
  }
}

export async function keep(file: EdfFile, pool?: SamplePool): Promise<void> {
  await readSignals(file, { format: 'fast-float32', pool });
}
